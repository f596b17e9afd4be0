import type { ControllerClient } from '@keyrace/controller-client'
import type { Clock } from '@keyrace/environment'
import { authorizeByRpc } from './authorize-by-rpc.ts'
import { identifyByRpc } from './identify-by-rpc.ts'
import type { KeyLookup } from './key-lookup.ts'
import type { Knob } from './strategy.ts'

export const confirmDenialsKnob: Knob = {
  default: 0,
  minimum: 0,
  maximum: 1,
  description: '1: a denial that is remembered is confirmed by one request before it counts',
}

/** Both questions, answered from a copy. */
type Remembered = Pick<KeyLookup, 'identify' | 'authorize'>

/**
 * The denials of a copy are not the last word: what was granted a moment ago is not in it yet. What cannot be
 * confirmed is unknown. Permissions stand, and so do denials that were just asked for.
 */
export function confirmDenials(
  deps: {
    readonly clock: Clock
    readonly controller: ControllerClient
    readonly timeoutMs: number
  },
  remembered: Remembered,
): Remembered {
  const identify = identifyByRpc(deps)
  const authorize = authorizeByRpc(deps)
  return {
    async identify(key) {
      const identification = await remembered.identify(key)
      return identification.kind === 'unknown-key' ? identify(key) : identification
    },
    async authorize(request) {
      const decision = await remembered.authorize(request)
      const isRemembered = decision.kind === 'denied' && decision.source !== 'rpc'
      return isRemembered ? authorize(request) : decision
    },
  }
}
