import { neverStale } from '../claims.ts'
import { createRpcLookup, decisionsOn, timeoutKnob } from '../rpc-lookup.ts'
import { strategy } from '../strategy.ts'

/** What Deis shipped, asked again at every exec request: `GET hooks/key/:fingerprint` and an exact match. */
export const fingerprint = strategy({
  description: 'asks for the owner of the key at each push, and looks for the app among theirs',
  knobs: { timeoutMs: timeoutKnob },
  claim: () => neverStale,
  create: ({ controller }, { timeoutMs }) =>
    createRpcLookup({ controller, timeoutMs }, async ({ app, user, key }) => {
      const answer = await controller.call(
        'keyOwner',
        { params: { fingerprint: key.fingerprint }, query: { app } },
        { timeoutMs, purpose: 'authorize' },
      )
      const { allowed, denied } = decisionsOn(answer.stamp)
      if (!answer.ok) return denied(answer.code)
      // The key may have changed hands since the session was authenticated.
      if (answer.body.username !== user) return denied('key-not-found')
      if (answer.body.apps.includes(app)) return allowed()
      return denied(answer.stamp?.generation === undefined ? 'app-not-found' : 'forbidden')
    }),
})
