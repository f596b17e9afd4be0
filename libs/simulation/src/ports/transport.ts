import { type Answer, type Call, type Transport, TransportError } from '@keyrace/environment'
import type { Network } from './network.ts'

export interface SimulatedTransportDeps {
  readonly network: Network
  readonly from: string
  readonly to: string
  /** The production service, without HTTP in front of it. */
  readonly answer: (call: Call) => Promise<Answer>
}

/** Calls over a simulated network. Both sides get copies, as if the bodies had been on a wire. */
export function createSimulatedTransport(deps: SimulatedTransportDeps): Transport {
  const link = deps.network.link(deps.from, deps.to)
  const asked = new Map<string, number>()
  let isClosed = false

  return {
    async call(call) {
      if (isClosed) throw new TransportError('closed', 'the client was closed')
      const sent = copyOf(call)
      return link.request(name(call), call.timeoutMs, async () => {
        const { status, headers, body } = await deps.answer(sent)
        return structuredClone({ status, headers, body })
      })
    },
    async close() {
      isClosed = true
    },
  }

  // The n-th call that asks the same: leaving out another call does not rename it.
  function name({ endpoint, input: { params, query, body } }: Call): string {
    const told = endpoint.stream === undefined ? body : endpoint.stream
    const question = `${endpoint.method} ${endpoint.path} ${JSON.stringify([params, query, told])}`
    const nth = (asked.get(question) ?? 0) + 1
    asked.set(question, nth)
    return `${question} #${nth}`
  }
}

function copyOf(call: Call): Call {
  // A streamed body is read once and cannot be copied.
  const input = call.endpoint.stream === undefined ? structuredClone(call.input) : call.input
  return { ...call, input, headers: { ...call.headers } }
}
