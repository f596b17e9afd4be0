import type { ControllerClient } from '@keyrace/controller-client'
import { ask } from './ask.ts'
import type { Identification, KeyLookup } from './key-lookup.ts'

/** The default for strategies without a copy of their own: one call, `GET hooks/key/:fingerprint`. */
export function identifyByRpc(
  controller: ControllerClient,
  timeoutMs: number,
): KeyLookup['identify'] {
  return ({ fingerprint }) =>
    ask(lookUp(fingerprint), (reason): Identification => ({ kind: 'unavailable', reason }))

  async function lookUp(fingerprint: string): Promise<Identification> {
    const answer = await controller.call(
      'keyOwner',
      { params: { fingerprint }, query: {} },
      { timeoutMs, purpose: 'identify' },
    )
    if (answer.stamp === undefined) return { kind: 'unavailable', reason: 'malformed' }
    return answer.ok ? { kind: 'user', user: answer.body.username } : { kind: 'unknown-key' }
  }
}
