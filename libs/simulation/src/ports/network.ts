import { type Cancel, type Random, TransportError } from '@keyrace/environment'
import type { Kernel } from '../kernel.ts'
import type { LatencyMs } from '../latency.ts'
import { createNodes, type Node, type Nodes, type SimulatedProcess } from './nodes.ts'
import { createTransmission, type Disturbance, type Order } from './transmission.ts'

export interface Network {
  link(from: string, to: string): Link
  /** From now on it is asked about each message, after those that were there before; until the function is called. */
  disturb(disturbance: Disturbance): () => void
  /** Virtual time. */
  microseconds(): number
}

/**
 * The way between two nodes. Latencies are keyed by operation, so every operation on a link needs a
 * name or a key of its own: then leaving one out does not change the others.
 */
export interface Link {
  /**
   * Brings a question to the other end and its answer back. Rejects with a TransportError: `timeout`, or `unreachable`
   * where nobody listens, or whoever was asked has died.
   */
  request<T>(
    operation: string,
    timeoutMs: number,
    serve: Serve<T>,
    options?: RequestOptions,
  ): Promise<T>
  /** A connection's messages in one direction: they arrive in order, and after a lost one none does. */
  stream(operation: string, key?: number): Stream
  /** Calls back at this end once the process that is at the other end now has died, as its host says. */
  onBreak(notice: () => void): Cancel
}

/** Undefined where nobody listens. Where a question arrives twice, the answer to the second goes nowhere. */
export type Serve<T> = (isRepeated: boolean) => Promise<T> | undefined

export interface RequestOptions {
  /** Tells it from others of that name. */
  readonly key?: number
  /** Whether whoever carries the question may send it again. */
  readonly mayRepeat?: boolean
}

export interface Stream {
  send(label: string, deliver: () => void): void
}

export interface NetworkDeps {
  readonly kernel: Kernel
  readonly random: Random
  readonly latencyMs: LatencyMs
  /** Where processes are at the ends of links; elsewhere things just happen. */
  readonly nodes?: Nodes
  /** Whether messages sent at this time are lost. */
  readonly isCut?: (from: string, to: string, atMs: number) => boolean
}

/** The messages of a request; those of a stream count on. */
const questionHop = 0
const answerHop = 1
const resetHop = 2

/** One direction of a link. */
interface Way {
  readonly from: Node
  readonly to: Node
  readonly labelOf: (operation: string) => string
}

export function createNetwork(deps: NetworkDeps): Network {
  const { kernel, isCut, nodes = createNodes(kernel) } = deps
  const disturbances = new Set<Disturbance>()
  const transmit = createTransmission({ ...deps, disturbances })
  if (isCut !== undefined) {
    disturbances.add(({ from, to }, fate) => {
      if (isCut(from, to, kernel.now())) fate.isLost = true
    })
  }

  return {
    link(from, to) {
      const there = createWay(nodes.find(from), nodes.find(to))
      const back = createWay(there.to, there.from)
      return {
        request: (operation, timeoutMs, serve, options) =>
          request({ there, back, operation, timeoutMs, serve, ...options }),
        stream: (operation, key) => createStream(there, operation, key),
        onBreak: (notice) => onBreak(back, notice),
      }
    },
    disturb(disturbance) {
      disturbances.add(disturbance)
      return () => void disturbances.delete(disturbance)
    },
    microseconds,
  }

  function microseconds(): number {
    return Math.round(kernel.now() * 1000)
  }

  function request<T>(asked: Request<T>): Promise<T> {
    const { there, back, operation, timeoutMs, serve, key = 0, mayRepeat = false } = asked
    const client = there.from.process()
    const server = there.to.process()
    return new Promise((resolve, reject) => {
      const cancelTimeout = (client?.clock.timer ?? plainTimer)(timeoutMs, () =>
        fail('timeout', 'did not answer in time'),
      )
      const forget = server?.onDeath(breakOff)
      send(there, questionHop, arrive, mayRepeat)

      function arrive(isRepeated: boolean): void {
        if (isAt(there.to, server)) enter(server, () => answer(isRepeated))
        else breakOff()
      }

      function answer(isRepeated: boolean): void {
        const answering = serve(isRepeated)
        if (answering === undefined) breakOff()
        // Where it rejects the other side is at fault: left unhandled, that fails the run.
        else if (!isRepeated) void answering.then(reply)
      }

      function reply(answer: T): void {
        forget?.()
        send(back, answerHop, () =>
          enter(client, () => {
            cancelTimeout()
            resolve(answer)
          }),
        )
      }

      function breakOff(): void {
        forget?.()
        send(back, resetHop, () => enter(client, () => fail('unreachable', 'broke it off')))
      }

      function fail(code: 'timeout' | 'unreachable', what: string): void {
        forget?.()
        cancelTimeout()
        reject(new TransportError(code, `${there.to.name} ${what}: ${operation}`))
      }
    })

    function send(
      way: Way,
      hop: number,
      deliver: (isRepeated: boolean) => void,
      mayRepeat = false,
    ): void {
      const [from, to, label] = [way.from.name, way.to.name, way.labelOf(operation)]
      transmit({ from, to, label, key: key + hop, mayRepeat, deliver })
    }
  }

  function plainTimer(delayMs: number, callback: () => void): Cancel {
    return kernel.schedule(delayMs, 'timer', callback)
  }

  function createStream(way: Way, operation: string, key = 0): Stream {
    const [from, to] = [way.from.name, way.to.name]
    const receiver = way.to.process()
    const order: Order = { lastArrival: 0, isBroken: false }
    let hop = 0
    return {
      send(label, run) {
        transmit({
          ...{ from, to, order, mayRepeat: false },
          key: key + hop++,
          label: way.labelOf(label === '' ? operation : `${operation} ${label}`),
          deliver: () => enter(receiver, run),
        })
      },
    }
  }

  function onBreak(way: Way, notice: () => void): Cancel {
    const [from, to] = [way.from.name, way.to.name]
    const receiver = way.to.process()
    const forget = way.from.process()?.onDeath(() =>
      transmit({
        ...{ from, to, mayRepeat: false, label: way.labelOf('reset') },
        key: microseconds(),
        deliver: () => enter(receiver, notice),
      }),
    )
    return forget ?? (() => {})
  }
}

interface Request<T> extends RequestOptions {
  readonly there: Way
  readonly back: Way
  readonly operation: string
  readonly timeoutMs: number
  readonly serve: Serve<T>
}

function createWay(from: Node, to: Node): Way {
  const labels = new Map<string, string>()
  return {
    from,
    to,
    labelOf(operation) {
      const label = labels.get(operation) ?? `${from.name} > ${to.name} ${operation}`
      labels.set(operation, label)
      return label
    },
  }
}

/** Whether the host still has the process that was there when the message was sent. */
function isAt(node: Node, process: SimulatedProcess | undefined): boolean {
  return node.process() === process && process?.isAlive() !== false
}

function enter(process: SimulatedProcess | undefined, run: () => void): void {
  if (process === undefined) run()
  else process.enter(run)
}
