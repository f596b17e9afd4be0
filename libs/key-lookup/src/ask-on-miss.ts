import type { ControllerClient } from '@keyrace/controller-client'
import type { Clock } from '@keyrace/environment'
import { authorizeByRpc } from './authorize-by-rpc.ts'
import { identifyByRpc } from './identify-by-rpc.ts'
import type { KeyLookup } from './key-lookup.ts'

type Questions = Pick<KeyLookup, 'identify' | 'authorize'>

/** What is remembered, as long as that answers anything; otherwise the controller is asked. */
export function askOnMiss(
  deps: {
    readonly clock: Clock
    readonly controller: ControllerClient
    readonly timeoutMs: number
  },
  remembered: Questions,
): Questions {
  const identify = identifyByRpc(deps)
  const authorize = authorizeByRpc(deps)
  return {
    async identify(key) {
      const identification = await remembered.identify(key)
      return identification.kind === 'unavailable' ? identify(key) : identification
    },
    async authorize(request) {
      const decision = await remembered.authorize(request)
      return decision.kind === 'unknown' ? authorize(request) : decision
    },
  }
}
