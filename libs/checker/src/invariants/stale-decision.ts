import type { Operation } from '../history.ts'
import { type Lag, standing } from '../rights.ts'
import { appStory, lagStory, mutationStory, seconds } from '../story.ts'
import type { Context, Finding } from './invariant.ts'

/** What there is to say about a decision that allowed: nothing, or that the right to it was over. */
export function staleDecision(
  { rights, terms }: Context,
  decision: Operation,
  { deed, tolerated }: { readonly deed: string; readonly tolerated: boolean },
): readonly Finding[] {
  const lag = standing(rights.of(decision), decision, terms.claim.revocation)
  if (typeof lag === 'string') return []
  return [staleFinding(decision, lag, { deed, violation: lag.beyondClaim || !tolerated })]
}

export function staleFinding(
  decision: Operation,
  lag: Lag,
  { deed, violation }: { readonly deed: string; readonly violation: boolean },
): Finding {
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
  }
}
