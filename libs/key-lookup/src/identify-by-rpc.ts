import type { Stamp } from '@keyrace/contracts'
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
  /** Told what is learnt. */
  readonly onOwner?: (owned: Owned, stamp: Stamp, askedAt: number) => void
}): KeyLookup['identify'] {
  const { clock, controller, timeoutMs, onOwner } = deps
  const flight = createSingleFlight<Identification>({
    clock,
    timeoutMs,
    ask: (fingerprint, leftMs) => ask(lookUp(fingerprint, leftMs), unavailable),
    isTimeout: (answer) => answer.kind === 'unavailable' && answer.reason === 'timeout',
  })
  return ({ fingerprint }) => flight(fingerprint)

  async function lookUp(fingerprint: string, timeoutMs: number): Promise<Identification> {
    const askedAt = clock.now()
    const answer = await controller.call(
      'keyOwner',
      { params: { fingerprint }, query: {} },
      { timeoutMs, purpose: 'identify' },
    )
    if (answer.stamp === undefined) return { kind: 'unavailable', reason: 'malformed' }
    if (!answer.ok) return { kind: 'unknown-key' }
    const user = answer.body.username
    onOwner?.({ fingerprint, user }, answer.stamp, askedAt)
    return { kind: 'user', user }
  }
}

interface Owned {
  readonly fingerprint: string
  readonly user: string
}

function unavailable(reason: string): Identification {
  return { kind: 'unavailable', reason }
}
