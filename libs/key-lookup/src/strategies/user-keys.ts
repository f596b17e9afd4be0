import { neverStale } from '../claims.ts'
import { createRpcLookup, decisionsOn, malformed, timeoutKnob } from '../rpc-lookup.ts'
import { strategy } from '../strategy.ts'

/** The thread's final proposal: `GET hooks/keys/:app/:user`, and the builder looks for the key itself. */
export const userKeys = strategy({
  description:
    'asks for the keys of the user on the app at each push, and looks for the offered one',
  knobs: { timeoutMs: timeoutKnob },
  claim: () => neverStale,
  create: ({ controller }, { timeoutMs }) =>
    createRpcLookup({ controller, timeoutMs }, async ({ app, user, key }) => {
      const answer = await controller.call(
        'userKeys',
        { params: { app, username: user } },
        { timeoutMs, purpose: 'authorize' },
      )
      const { allowed, denied } = decisionsOn(answer.stamp)
      if (!answer.ok) return denied(answer.code)
      // A user may be called `constructor`.
      const keys = Object.hasOwn(answer.body, user) ? answer.body[user] : undefined
      if (keys === undefined) return malformed
      // A line is `<algorithm> <blob>`, and the blob is the whole key: none of them needs parsing.
      const end = ` ${key.blob}`
      return keys.some(({ key: line }) => line.endsWith(end)) ? allowed() : denied('key-not-found')
    }),
})
