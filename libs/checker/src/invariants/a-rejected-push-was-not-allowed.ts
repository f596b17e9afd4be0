import type { Attempt, Operation } from '../history.ts'
import { oversight, type Rights } from '../rights.ts'
import { covers } from '../spans.ts'
import type { Invariant } from './invariant.ts'
import { staleFinding } from './stale-decision.ts'

/** The other side of staleness: availability. Builders that could not tell (`fail`) have denied nothing. */
export const aRejectedPushWasNotAllowed: Invariant = {
  name: 'stale-reject',
  sentence: 'A push whose right stands from its begin to its end is not denied.',
  check: ({ attempts, rights, terms }) =>
    attempts.flatMap((attempt) => {
      const denial = denialOf(attempt)
      if (denial === undefined) return []
      // Whoever is denied asked for the app by its name, whichever generation the builder took it for.
      const lag = oversight(rights.byName(denial), denial, terms.claim.grant)
      if (lag === undefined) return []
      const violation = lag.beyondClaim || isFenceAtFault(attempt, rights)
      return [staleFinding(denial, lag, { deed: 'denied', violation })]
    }),
}

function denialOf({ admission, push }: Attempt): Operation | undefined {
  return [admission, push].find((operation) => operation?.type === 'denied')
}

/** What was let in and denied at the commit was denied by the controller itself, which is never stale. */
function isFenceAtFault({ admission, push }: Attempt, rights: Rights): boolean {
  if (admission?.type !== 'ok' || push.generation === null) return false
  return covers(rights.of(push).must, push)
}
