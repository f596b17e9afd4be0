import type { Attempt, Operation } from '../history.ts'
import { type Lag, oversight, standing } from '../rights.ts'
import { denialOf } from './a-rejected-push-was-not-allowed.ts'
import type { Context, Finding, Invariant } from './invariant.ts'
import { staleFinding } from './stale-decision.ts'

/** "I just added my key." Judged where nothing may be missed: by the claim, or by what is required. */
export const anOwnWriteIsSeen: Invariant = {
  name: 'own-write-not-seen',
  sentence: 'Who has changed their own keys or apps finds that changed when they push.',
  check: (context) => context.attempts.flatMap((attempt) => unseenBy(attempt, context)),
}

function unseenBy(attempt: Attempt, context: Context): readonly Finding[] {
  const { rights, promised, terms } = context
  const denial = denialOf(attempt)
  const decision = denial ?? attempt.admission ?? attempt.push
  if (decision.type !== 'ok' && decision.type !== 'denied') return []
  const lag = denial
    ? oversight(rights.byName(denial), denial, promised.grant)
    : standing(rights.of(decision), decision, promised.revocation)
  if (lag === undefined || typeof lag === 'string' || !isOwn(lag.missed, decision)) return []
  if (!isDueAtOnce(lag, terms.require === 'linearizable')) return []
  const deed = denial ? 'denied' : 'let in'
  return [staleFinding(context, attempt, { decision, lag, deed, violation: true })]
}

/** Whoever lets somebody else in, or gives them an app, does it to them. */
function isOwn({ f, user }: Operation, decision: Operation): boolean {
  return ['addKey', 'removeKey', 'createApp'].includes(f) && user === decision.user
}

function isDueAtOnce({ certainMs, boundMs }: Lag, isRequired: boolean): boolean {
  return certainMs > 0 && (boundMs === 0 || (isRequired && boundMs !== null))
}
