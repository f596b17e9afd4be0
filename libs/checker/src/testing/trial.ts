import type { Bound, Claim, StalenessBounds } from '@keyrace/contracts'
import { type AccusedArm, type Judgement, judge, type Trial } from '../judge.ts'
import type { HistoryBuilder } from './history-builder.ts'

export const replicas = ['builder-1', 'builder-2', 'builder-3'].map((name) => ({ name }))

/** Judges a history of one arm, `poll`, that claims 2000 ms for everything unless said otherwise. */
export function tried(
  story: HistoryBuilder,
  { arm, ...terms }: Partial<Omit<Trial, 'events' | 'arms'>> & { arm?: Partial<AccusedArm> } = {},
): Judgement {
  const [judgement] = judge({
    events: story.events(),
    arms: [{ name: 'poll', replicas, claim: claimOf(2000), ...arm }],
    commitCheck: 'none',
    require: 'claimed',
    sentBytes: new Map(),
    ...terms,
  })
  if (judgement === undefined) throw new Error('one arm was sent to trial and none came back')
  return judgement
}

/** The names of the invariants that a judgement says are broken. */
export function broken({ correctness }: Judgement): string[] {
  return Object.entries(correctness.violations).flatMap(([name, count]) => (count > 0 ? name : []))
}

/** The same bound for everything, but for what is said otherwise. */
export function claimOf(
  ms: Bound['ms'],
  otherwise: {
    readonly revocation?: Partial<StalenessBounds>
    readonly grant?: Partial<StalenessBounds>
  } = {},
): Claim {
  const bound = boundOf(ms)
  const alike = { app: bound, permission: bound, key: bound }
  return {
    revocation: { ...alike, ...otherwise.revocation },
    grant: { ...alike, ...otherwise.grant },
    outage: { kind: 'fail-closed' },
    write: { formula: '0', ms: 0 },
  }
}

export function boundOf(ms: Bound['ms']): Bound {
  return { formula: String(ms), ms }
}
