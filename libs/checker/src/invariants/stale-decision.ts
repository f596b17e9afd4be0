import { causeOfLag } from '../cause.ts'
import type { Attempt, Operation } from '../history.ts'
import { type Lag, standing } from '../rights.ts'
import { appStory, lagStory, mutationStory, seconds } from '../story.ts'
import type { Context, Finding } from './invariant.ts'

/** What there is to say about a decision that allowed: nothing, or that the right to it was over. */
export function staleDecision(
  context: Context,
  attempt: Attempt,
  told: { readonly decision: Operation; readonly deed: string; readonly tolerated: boolean },
): readonly Finding[] {
  const { decision, deed, tolerated } = told
  const { rights, promised } = context
  const lag = standing(rights.of(decision), decision, promised.revocation)
  if (typeof lag === 'string') return []
  const violation = lag.beyondClaim || !tolerated
  return [staleFinding(context, attempt, { decision, lag, deed, violation })]
}

export function staleFinding(
  { faults }: Context,
  { admission, push }: Attempt,
  told: {
    readonly decision: Operation
    readonly lag: Lag
    readonly deed: string
    readonly violation: boolean
  },
): Finding {
  const { decision, lag, deed, violation } = told
  const { missed, ground, certainMs, possibleMs, beyondClaim } = lag
  const { op, replica, inv, app } = decision
  return {
    op,
    replica,
    violation,
    ground,
    beyondClaim,
    stalenessMs: { certain: certainMs, possible: possibleMs },
    story: `${mutationStory(missed)}; ${replica} still ${deed} a push to ${appStory(missed, app)} that began at ${seconds(inv)}: ${lagStory(lag)}`,
    events: [...missed.events, ...decision.events],
    cause: causeOfLag(admission ?? push, lag, faults),
  }
}
