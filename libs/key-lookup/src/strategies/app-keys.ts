import { neverStale } from '../claims.ts'
import { hasKey } from '../keys-by-user.ts'
import { createRpcLookup, decisionsOn, timeoutKnob } from '../rpc-lookup.ts'
import { strategy } from '../strategy.ts'

/**
 * The first counter-proposal: `GET hooks/keys/:app`, owner and administrators included. The answer grows with
 * everybody who may push to the app, and says of the others only that they may not.
 */
export const appKeys = strategy({
  description: 'asks for all keys of the app at each push, and looks for the offered one',
  knobs: { timeoutMs: timeoutKnob },
  claim: () => neverStale,
  create: ({ clock, controller }, { timeoutMs }) =>
    createRpcLookup({ clock, controller, timeoutMs }, async ({ app, user, key }) => {
      const answer = await controller.call(
        'appKeys',
        { params: { app } },
        { timeoutMs, purpose: 'authorize' },
      )
      const { allowed, denied } = decisionsOn(answer.stamp)
      if (!answer.ok) return denied(answer.code)
      const found = hasKey(answer.body, user, key)
      if (found === undefined) return denied('forbidden')
      return found ? allowed() : denied('key-not-found')
    }),
})
