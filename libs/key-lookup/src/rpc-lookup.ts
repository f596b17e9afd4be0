import type { Stamp } from '@keyrace/contracts'
import type { ControllerClient } from '@keyrace/controller-client'
import type { Clock } from '@keyrace/environment'
import { ask } from './ask.ts'
import { identifyByRpc } from './identify-by-rpc.ts'
import type { Decision, DenialCode, KeyLookup } from './key-lookup.ts'
import type { Knob } from './strategy.ts'

export const timeoutKnob: Knob = {
  default: 2_000,
  minimum: 1,
  description: 'S: how long the controller may take',
}

/** A lookup that keeps nothing: each push is a call of its own. */
export function createRpcLookup(
  deps: {
    readonly clock: Clock
    readonly controller: ControllerClient
    readonly timeoutMs: number
  },
  decide: KeyLookup['authorize'],
): KeyLookup {
  return {
    start: async () => {},
    identify: identifyByRpc(deps),
    authorize: (request) =>
      ask(decide(request), (reason): Decision => ({ kind: 'unknown', reason })),
    close: async () => {},
  }
}

export const malformed = { kind: 'unknown', reason: 'malformed' } as const satisfies Decision

/** The decisions that an answer with this stamp can lead to. What lacks its stamp leads to none. */
export function decisionsOn(stamp: Stamp | undefined) {
  return {
    allowed(): Decision {
      if (stamp?.generation === undefined) return malformed
      return { kind: 'allowed', generation: stamp.generation, ...provenanceOf(stamp) }
    },
    denied(code: DenialCode): Decision {
      return stamp === undefined ? malformed : { kind: 'denied', code, ...provenanceOf(stamp) }
    },
  }
}

function provenanceOf({ epoch, revision }: Stamp) {
  return { source: 'rpc', epoch, revision, copyAgeMs: 0 } as const
}
