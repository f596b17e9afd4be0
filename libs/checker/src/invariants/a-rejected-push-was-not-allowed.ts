import type { Attempt, Operation } from '../history.ts'
import { oversight, type Rights } from '../rights.ts'
import { covers } from '../spans.ts'
import type { Invariant } from './invariant.ts'
import { staleFinding } from './stale-decision.ts'

/** The other side of staleness: availability. Builders that could not tell (`fail`) have denied nothing. */
export const aRejectedPushWasNotAllowed: Invariant = {
  name: 'stale-reject',
  sentence: 'A push whose right stands from its begin to its end is not denied.',
  check: (context) =>
    context.attempts.flatMap((attempt) => {
      const decision = denialOf(attempt)
      if (decision === undefined) return []
      const { rights, promised } = context
      // Whoever is denied asked for the app by its name, whichever generation the builder took it for.
      const lag = oversight(rights.byName(decision), decision, promised.grant)
      if (lag === undefined) return []
      const violation = lag.beyondClaim || isFenceAtFault(attempt, rights)
      return [staleFinding(context, attempt, { decision, lag, deed: 'denied', violation })]
    }),
}

export function denialOf({ admission, push }: Attempt): Operation | undefined {
  if (admission?.type === 'denied') return admission
  return push.type === 'denied' ? push : undefined
}

/** What was let in and denied at the commit was denied by the controller itself, which is never stale. */
function isFenceAtFault({ admission, push }: Attempt, rights: Rights): boolean {
  if (admission?.type !== 'ok' || push.generation === null) return false
  return covers(rights.of(push).must, push)
}
