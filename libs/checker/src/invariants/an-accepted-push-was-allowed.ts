import type { Invariant } from './invariant.ts'
import { staleDecision } from './stale-decision.ts'

export const anAcceptedPushWasAllowed: Invariant = {
  name: 'stale-accept',
  sentence: 'A push that begins after the right to it has ended is not acknowledged.',
  check: (context) =>
    context.attempts.flatMap((attempt) => {
      const { push } = attempt
      if (push.type !== 'ok') return []
      const { require, commitCheck } = context.terms
      return staleDecision(context, attempt, {
        decision: push,
        deed: 'accepted',
        // The commit lies within the push, so a fence that works leaves no stale accept at all.
        tolerated: require === 'claimed' && commitCheck !== 'full',
      })
    }),
}
