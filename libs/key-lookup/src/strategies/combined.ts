import { authorizeByRpc } from '../authorize-by-rpc.ts'
import { neverStale } from '../claims.ts'
import { createRpcLookup, timeoutKnob } from '../rpc-lookup.ts'
import { strategy } from '../strategy.ts'

/** Fewer calls: one `authorize` for key, permission and app, whose answer is as small as it can be. */
export const combined = strategy({
  description: 'asks one question for key, permission and app at each push',
  knobs: { timeoutMs: timeoutKnob },
  claim: () => neverStale,
  create: ({ clock, controller }, { timeoutMs }) =>
    createRpcLookup(
      { clock, controller, timeoutMs },
      authorizeByRpc({ clock, controller, timeoutMs }),
    ),
})
