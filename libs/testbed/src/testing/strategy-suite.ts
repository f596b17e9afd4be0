import type { Strategy } from '@keyrace/key-lookup'
import { describe, test } from 'vitest'
import { failures } from './strategy-claims/failures.ts'
import { mutations } from './strategy-claims/mutations.ts'
import { rights } from './strategy-claims/rights.ts'
import { statements } from './strategy-claims/statements.ts'

/** What every strategy must do, whatever it claims, by the text that says it. */
export const claims = { ...rights, ...mutations, ...failures, ...statements }

/** Why a claim of the suite does not hold for a strategy, by the text of the claim. */
export type Exceptions = Readonly<Partial<Record<keyof typeof claims, string>>>

export function describeStrategy(name: string, strategy: Strategy, exceptions: Exceptions): void {
  describe(`${name}, as every strategy,`, () => {
    for (const [text, holds] of Object.entries(claims)) {
      const reason = exceptions[text as keyof typeof claims]
      if (reason === undefined) test(text, () => holds(strategy))
      // Once it holds all the same, the exception must go.
      else test.fails(`not: ${text} (${reason})`, () => holds(strategy))
    }
  })
}
