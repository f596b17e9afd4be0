import { ask } from '../ask.ts'
import { immediate, unhinderedWrites } from '../claims.ts'
import { identifyByRpc } from '../identify-by-rpc.ts'
import type { AuthorizationRequest, Decision, DenialCode } from '../key-lookup.ts'
import { strategy } from '../strategy.ts'

/** What Deis shipped, asked again at every exec request: `GET hooks/key/:fingerprint` and an exact match. */
export const fingerprint = strategy({
  description: 'asks for the owner of the key at each push, and looks for the app among theirs',
  knobs: {
    timeoutMs: { default: 2_000, minimum: 1, description: 'S: how long the controller may take' },
  },
  claim: () => ({
    revocation: immediate,
    grant: immediate,
    outage: { kind: 'fail-closed' },
    write: unhinderedWrites,
  }),
  create({ controller }, { timeoutMs }) {
    return {
      start: async () => {},
      identify: identifyByRpc(controller, timeoutMs),
      authorize: (request) =>
        ask(decide(request), (reason): Decision => ({ kind: 'unknown', reason })),
      close: async () => {},
    }

    async function decide({ app, user, key }: AuthorizationRequest): Promise<Decision> {
      const answer = await controller.call(
        'keyOwner',
        { params: { fingerprint: key.fingerprint }, query: { app } },
        { timeoutMs, purpose: 'authorize' },
      )
      if (answer.stamp === undefined) return { kind: 'unknown', reason: 'malformed' }
      const { epoch, revision, generation } = answer.stamp
      const provenance = { source: 'rpc', epoch, revision, copyAgeMs: 0 } as const
      const denied = (code: DenialCode): Decision => ({ kind: 'denied', code, ...provenance })

      if (!answer.ok) return denied(answer.code)
      // The key may have changed hands since the session was authenticated.
      if (answer.body.username !== user) return denied('key-not-found')
      if (!answer.body.apps.includes(app)) {
        return denied(generation === undefined ? 'app-not-found' : 'forbidden')
      }
      if (generation === undefined) return { kind: 'unknown', reason: 'malformed' }
      return { kind: 'allowed', generation, ...provenance }
    }
  },
})
