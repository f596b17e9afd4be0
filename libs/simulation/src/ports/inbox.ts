import type { Answer, Call, Ids, Inbox, Transport } from '@keyrace/environment'
import type { Network } from './network.ts'
import type { SimulatedProcess } from './nodes.ts'
import { createSimulatedTransport } from './transport.ts'

/** All inboxes of a simulated network, which are called by their origins. */
export interface Inboxes {
  /** Of whoever has this name on the network; nobody listens once the process is dead. */
  inbox(node: string, process?: SimulatedProcess): Inbox
  /** From a node to an inbox; where it is closed nobody listens. */
  transport(from: string, origin: string): Transport
}

export function createSimulatedInboxes(deps: {
  readonly network: Network
  readonly ids: Ids
}): Inboxes {
  const { ids, network } = deps
  const opened = new Map<string, { node: string; answer: (call: Call) => Promise<Answer> }>()

  return {
    inbox: (node, process) => ({
      async open(endpoint, answer) {
        const origin = `http://${ids.next('inbox')}`
        const secret = ids.next('secret')
        const close = () => void opened.delete(origin)
        process?.onDeath(close)
        opened.set(origin, {
          node,
          async answer(call) {
            if (call.endpoint !== endpoint) return refusal(404)
            const isKnown = Object.values(call.headers).includes(secret)
            return isKnown ? await answer(call) : refusal(401)
          },
        })
        return { origin, secret, close: async () => close() }
      },
    }),
    transport: (from, origin) =>
      createSimulatedTransport({
        network,
        from,
        to: opened.get(origin)?.node ?? origin,
        answer: (call) => opened.get(origin)?.answer(call),
      }),
  }
}

function refusal(status: number): Answer {
  return { status, headers: {}, body: null }
}
