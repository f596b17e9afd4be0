import { type Answer, type Call, type Transport, TransportError } from '@keyrace/environment'
import { createEventStream, type EventStream } from './event-stream.ts'
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
  const { network, from, to } = deps
  const link = network.link(from, to)
  const back = network.link(to, from)
  const asked = new Map<string, number>()
  const open = new Set<EventStream>()
  let isClosed = false

  return {
    async call(call) {
      if (isClosed) throw new TransportError('closed', 'the client was closed')
      const { signal, timeoutMs } = call
      if (signal?.aborted) throw left()
      const operation = name(call)
      const caller = new AbortController()
      const leaving = link.stream(`${operation} leave`)
      const leave = () => leaving.send('', () => caller.abort())
      const stream = createEventStream(back.stream(`${operation} events`), () => {
        open.delete(stream)
        signal?.removeEventListener('abort', end)
        leave()
      })
      const end = () => stream.end()
      const sent = { ...copyOf(call), signal: caller.signal }
      const answering = link.request(operation, timeoutMs, () => serve(sent, stream))
      const answer = await unlessLeft(answering, signal).catch((error: unknown) => {
        leave()
        throw error
      })
      if (answer.events !== undefined) {
        open.add(stream)
        signal?.addEventListener('abort', end, { once: true })
      }
      return answer
    },
    async close() {
      isClosed = true
      for (const stream of open) stream.end(new TransportError('closed', 'the client was closed'))
    },
  }

  async function serve(call: Call, stream: EventStream): Promise<Answer> {
    const { status, headers, body, events } = await deps.answer(call)
    const answer = structuredClone({ status, headers, body })
    if (events === undefined) return answer
    // Where it rejects the other side is at fault: left unhandled, that fails the run.
    void stream.send(events)
    return { ...answer, events: stream.received }
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

/** Whoever leaves does not wait for the answer. */
function unlessLeft<T>(answering: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return answering
  return new Promise((resolve, reject) => {
    const leave = () => reject(left())
    signal.addEventListener('abort', leave, { once: true })
    const stay = () => signal.removeEventListener('abort', leave)
    answering.then(resolve, reject).finally(stay)
  })
}

function left(): TransportError {
  return new TransportError('closed', 'the caller has left')
}
