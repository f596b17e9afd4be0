import type { Attempt, Operation } from '../history.ts'
import { oversight } from '../rights.ts'
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
      return [staleFinding(denial, lag, { deed: 'still denied', violation: lag.beyondClaim })]
    }),
}

function denialOf({ admission, push }: Attempt): Operation | undefined {
  return [admission, push].find((operation) => operation?.type === 'denied')
}
