import type { ControllerClient } from '@keyrace/controller-client'
import type { Clock } from '@keyrace/environment'
import { ask } from './ask.ts'
import type { Identification, KeyLookup } from './key-lookup.ts'
import { createSingleFlight } from './single-flight.ts'

/**
 * The default for strategies without a copy of their own: one call, `GET hooks/key/:fingerprint`, for all
 * connections that offer the same key at one time.
 */
export function identifyByRpc(deps: {
  readonly clock: Clock
  readonly controller: ControllerClient
  readonly timeoutMs: number
}): KeyLookup['identify'] {
  const { clock, controller, timeoutMs } = deps
  const flight = createSingleFlight<Identification>({
    clock,
    timeoutMs,
    ask: (fingerprint, leftMs) => ask(lookUp(fingerprint, leftMs), unavailable),
    isTimeout: (answer) => answer.kind === 'unavailable' && answer.reason === 'timeout',
  })
  return ({ fingerprint }) => flight(fingerprint)

  async function lookUp(fingerprint: string, timeoutMs: number): Promise<Identification> {
    const answer = await controller.call(
      'keyOwner',
      { params: { fingerprint }, query: {} },
      { timeoutMs, purpose: 'identify' },
    )
    if (answer.stamp === undefined) return { kind: 'unavailable', reason: 'malformed' }
    return answer.ok ? { kind: 'user', user: answer.body.username } : { kind: 'unknown-key' }
  }
}

function unavailable(reason: string): Identification {
  return { kind: 'unavailable', reason }
}
