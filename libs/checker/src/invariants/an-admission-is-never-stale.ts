import type { Invariant } from './invariant.ts'
import { staleDecision } from './stale-decision.ts'

/** A wrong admission shows the refs to somebody without rights, and wastes an upload, whatever follows. */
export const anAdmissionIsNeverStale: Invariant = {
  name: 'stale-admission',
  sentence: 'A push that begins after the right to it has ended is not shown the refs.',
  check: (context) =>
    context.attempts.flatMap((attempt) => {
      const { admission } = attempt
      if (admission?.type !== 'ok') return []
      return staleDecision(context, attempt, {
        decision: admission,
        deed: 'let in',
        tolerated: context.terms.require === 'claimed',
      })
    }),
}
