import type { Endpoint } from '@keyrace/contracts'
import { type Answer, type Call, type Transport, TransportError } from '@keyrace/environment'
import { copyOfJson } from '../json-copy.ts'
import { hashOfQuestion } from '../question-hash.ts'
import { createEventStream, type EventStream } from './event-stream.ts'
import type { Network } from './network.ts'

export interface SimulatedTransportDeps {
  readonly network: Network
  readonly from: string
  readonly to: string
  /** The production service, without HTTP in front of it; undefined where nobody listens. */
  readonly answer: (call: Call) => Promise<Answer> | undefined
}

/** Calls over a simulated network. Both sides get copies, as if the bodies had been on a wire. */
export function createSimulatedTransport(deps: SimulatedTransportDeps): Transport {
  const { network, from, to } = deps
  const link = network.link(from, to)
  const back = network.link(to, from)
  const open = new Set<EventStream>()
  let isClosed = false

  return {
    async call(call) {
      if (isClosed) throw new TransportError('closed', 'the client was closed')
      const { endpoint, signal, timeoutMs } = call
      if (signal?.aborted) throw left()
      const { path: operation } = endpoint
      // What is asked again is told apart by its time: leaving out another call changes nothing for this one.
      const key = hashOfQuestion(call.input, network.microseconds())
      const caller = createCaller()
      const stream = endpoint.events && openStream(operation, key, caller.leave, signal)
      const sent = copyOf(call, caller)
      const serve = (isRepeated: boolean) =>
        deps.answer(isRepeated ? copyOf(sent, createCaller()) : sent)?.then(send)
      const options = { key, mayRepeat: mayRepeat(endpoint) }
      try {
        const answering = link.request(operation, timeoutMs, serve, options)
        const answer = await unlessLeft(answering, signal)
        if (answer.events === undefined) stream?.forget()
        return answer
      } catch (error) {
        stream?.forget()
        link.stream(`${operation} leave`, key).send('', caller.leave)
        throw error
      }

      function send({ status, headers, body, events }: Answer): Answer {
        const answer = { status, headers: { ...headers }, body: copyOfJson(body) }
        if (events === undefined || stream === undefined) return answer
        // Where it rejects the other side is at fault: left unhandled, that fails the run.
        void stream.send(events)
        return { ...answer, events: stream.received }
      }
    },
    async close() {
      isClosed = true
      for (const stream of open) stream.end(new TransportError('closed', 'the client was closed'))
    },
  }

  function openStream(
    operation: string,
    key: number,
    onLeave: () => void,
    signal: AbortSignal | undefined,
  ): EventStream {
    const stream = createEventStream({
      ...{ toSender: link, toReader: back, operation, key, onLeave },
      onEnd() {
        open.delete(stream)
        signal?.removeEventListener('abort', end)
      },
    })
    const end = () => stream.end()
    open.add(stream)
    signal?.addEventListener('abort', end, { once: true })
    return stream
  }
}

/** HTTP lets whoever carries a call send it again where that is said to be harmless. A stream is read once. */
function mayRepeat({ method, access, stream, events }: Endpoint): boolean {
  if (stream !== undefined || events !== undefined) return false
  return method === 'GET' || access === 'builder'
}

interface Caller {
  /** Made for those who ask for it. */
  signal(): AbortSignal
  leave(): void
}

function createCaller(): Caller {
  let controller: AbortController | undefined
  const made = () => {
    controller ??= new AbortController()
    return controller
  }
  return { signal: () => made().signal, leave: () => made().abort() }
}

function copyOf({ endpoint, input, headers, timeoutMs }: Call, caller: Caller): Call {
  return {
    endpoint,
    // A streamed body is read once and cannot be copied.
    input: endpoint.stream === undefined ? copyOfJson(input) : input,
    headers: { ...headers },
    timeoutMs,
    get signal() {
      return caller.signal()
    },
  }
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
