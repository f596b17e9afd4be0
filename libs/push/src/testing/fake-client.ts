import type { EndpointName, ErrorCode } from '@keyrace/contracts'
import { type ControllerClient, ControllerUnavailable } from '@keyrace/controller-client'

export interface FakeCall {
  readonly name: EndpointName
  readonly input: { readonly body?: unknown; readonly params?: unknown; readonly query?: unknown }
}

type Answer = { readonly body: unknown; readonly generation?: number } | ErrorCode | 'away'

/** A controller's client that answers as it is told: a body, a refusal, or not at all. */
export function createFakeClient(answer: (call: FakeCall) => Answer): {
  readonly client: ControllerClient
  readonly calls: FakeCall[]
} {
  const calls: FakeCall[] = []
  const client = {
    async call(name: EndpointName, input: FakeCall['input']) {
      calls.push({ name, input })
      const given = answer({ name, input })
      const stamp = { epoch: 'e', revision: 5 }
      if (given === 'away') throw new ControllerUnavailable('timeout', 'away')
      if (typeof given === 'string') return { ok: false, code: given, detail: '', stamp }
      const { body, ...named } = given
      return { ok: true, body, stamp: { ...stamp, ...named } }
    },
    subscribe: () => Promise.reject(new Error('nobody follows changes here')),
  }
  return { client: client as ControllerClient, calls }
}
