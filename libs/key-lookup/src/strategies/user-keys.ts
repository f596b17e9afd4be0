import { neverStale } from '../claims.ts'
import { hasKey } from '../keys-by-user.ts'
import { createRpcLookup, decisionsOn, malformed, timeoutKnob } from '../rpc-lookup.ts'
import { strategy } from '../strategy.ts'

/** The thread's final proposal: `GET hooks/keys/:app/:user`, and the builder looks for the key itself. */
export const userKeys = strategy({
  description:
    'asks for the keys of the user on the app at each push, and looks for the offered one',
  knobs: { timeoutMs: timeoutKnob },
  claim: () => neverStale,
  create: ({ clock, controller }, { timeoutMs }) =>
    createRpcLookup({ clock, controller, timeoutMs }, async ({ app, user, key }) => {
      const answer = await controller.call(
        'userKeys',
        { params: { app, username: user } },
        { timeoutMs, purpose: 'authorize' },
      )
      const { allowed, denied } = decisionsOn(answer.stamp)
      if (!answer.ok) return denied(answer.code)
      const found = hasKey(answer.body, user, key)
      if (found === undefined) return malformed
      return found ? allowed() : denied('key-not-found')
    }),
})
