import type { Stamp } from '@keyrace/contracts'
import { ask } from '../ask.ts'
import { alike, immediate, unhinderedWrites } from '../claims.ts'
import { identifyByRpc } from '../identify-by-rpc.ts'
import type { AuthorizationRequest, Decision } from '../key-lookup.ts'
import { strategy } from '../strategy.ts'

/** What Deis shipped, asked again at every exec request: `GET hooks/key/:fingerprint` and an exact match. */
export const fingerprint = strategy({
  description: 'asks for the owner of the key at each push, and looks for the app among theirs',
  knobs: {
    timeoutMs: { default: 2_000, minimum: 1, description: 'S: how long the controller may take' },
  },
  claim: () => ({
    revocation: immediate,
    grant: alike('0', 0),
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
      const provenance = provenanceOf(answer.stamp)
      if (!answer.ok) return { kind: 'denied', code: answer.code, ...provenance }
      // The key may have changed hands since the session was authenticated.
      if (answer.body.username !== user)
        return { kind: 'denied', code: 'key-not-found', ...provenance }
      if (!answer.body.apps.includes(app))
        return { kind: 'denied', code: 'forbidden', ...provenance }
      const { generation } = answer.stamp
      if (generation === undefined) return { kind: 'unknown', reason: 'malformed' }
      return { kind: 'allowed', generation, ...provenance }
    }
  },
})

function provenanceOf({ epoch, revision }: Stamp) {
  return { source: 'rpc', epoch, revision, copyAgeMs: 0 } as const
}
