import type { Correctness, HistoryEvent } from '@keyrace/contracts'
import type { Breach } from '../scenario.ts'

/** How long a revocation may wait for its acknowledgement: of that the checker knows nothing. */
export const writeClause = 'write-clause'

/** What the story itself finds broken, beside the invariants of the history. */
export const promises = [
  {
    name: writeClause,
    sentence: 'A revocation waits for its acknowledgement no longer than the strategy claims.',
  },
] as const

/** A judgement that counts what the story itself found broken as well. */
export function withBreaches(
  correctness: Correctness,
  breaches: readonly Breach[],
  history: readonly HistoryEvent[],
): Correctness {
  if (breaches.length === 0) return correctness
  const violations = { ...correctness.violations }
  for (const { promise } of breaches) violations[promise] = (violations[promise] ?? 0) + 1
  const witnesses = breaches.map(({ promise, replica, story, ops }) => ({
    invariant: promise,
    replica,
    stalenessMs: null,
    beyondClaim: true,
    story,
    events: history.filter(({ op }) => ops.includes(op)).map(({ idx }) => idx),
  }))
  return {
    ...correctness,
    violations,
    witnesses: [...witnesses, ...correctness.witnesses],
    verdict: 'broken',
  }
}
