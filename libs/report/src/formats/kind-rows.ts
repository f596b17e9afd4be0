import type { Run } from '@keyrace/contracts'
import { boundText, racedMutations, testedClaims } from '../claimed.ts'
import { count, duration } from '../quantities.ts'
import { judgedArms } from '../verdict.ts'

export const kindsHead = ['strategy', 'after', 'races', 'worst lag', 'claim'] as const

/** What each arm was measured at, by kind of mutation; none where the table of arms says it all. */
export function kindRows(run: Run): string[][] {
  if (racedMutations(run).length < 2) return []
  return judgedArms(run).flatMap((arm) =>
    testedClaims(arm).map(({ mutation, races, certainMs, bound }) => [
      arm.name,
      mutation,
      count(races),
      duration(certainMs),
      boundText(bound),
    ]),
  )
}
