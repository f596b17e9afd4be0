import { publicKeyLine } from '@keyrace/public-key'
import { neverStale } from '../claims.ts'
import { createRpcLookup, decisionsOn, timeoutKnob } from '../rpc-lookup.ts'
import { strategy } from '../strategy.ts'

/** The first proposal: `POST hooks/key` with the whole key, and the answer is whose it is. */
export const keyCheck = strategy({
  description: 'sends the key and the app at each push, and is told whose key it is',
  knobs: { timeoutMs: timeoutKnob },
  claim: () => neverStale,
  create: ({ clock, controller }, { timeoutMs }) =>
    createRpcLookup({ clock, controller, timeoutMs }, async ({ app, user, key }) => {
      const answer = await controller.call(
        'checkKey',
        { body: { app, public_key: publicKeyLine(key.blob) } },
        { timeoutMs, purpose: 'authorize' },
      )
      const { allowed, denied } = decisionsOn(answer.stamp)
      if (!answer.ok) {
        // What the controller does not take for a key is nobody's.
        return denied(answer.code === 'invalid-public-key' ? 'key-not-found' : answer.code)
      }
      // The key may have changed hands since the session was authenticated.
      return answer.body.username === user ? allowed() : denied('key-not-found')
    }),
})
