import { type Random, TransportError } from '@keyrace/environment'
import type { Kernel } from '../kernel.ts'
import { drawLatencyMs, type LatencyMs } from '../latency.ts'

export interface Network {
  link(from: string, to: string): Link
}

/**
 * The way between two nodes. Latencies are keyed by operation, so every operation on a link needs a
 * name of its own: then leaving one out does not change the others.
 */
export interface Link {
  /** Brings a question to the other end and its answer back. Rejects with a TransportError('timeout'). */
  request<T>(operation: string, timeoutMs: number, serve: () => Promise<T>): Promise<T>
  /** A connection's messages in one direction: they arrive in order, and after a lost one none does. */
  stream(operation: string): Stream
}

export interface Stream {
  send(label: string, deliver: () => void): void
}

export interface NetworkDeps {
  readonly kernel: Kernel
  readonly random: Random
  readonly latencyMs: LatencyMs
  /** Whether messages sent at this time are lost. */
  readonly isCut?: (from: string, to: string, atMs: number) => boolean
}

export function createNetwork(deps: NetworkDeps): Network {
  const { kernel, random, latencyMs, isCut = () => false } = deps
  return {
    link: (from, to) => ({
      request: (operation, timeoutMs, serve) =>
        new Promise((resolve, reject) => {
          const cancel = kernel.schedule(timeoutMs, `timeout of ${operation}`, () =>
            reject(new TransportError('timeout', `${to} did not answer ${from} in time`)),
          )
          transmit({ from, to, operation, hop: 0 }, async () => {
            const answer = await serve()
            transmit({ from: to, to: from, operation, hop: 1 }, () => {
              cancel()
              resolve(answer)
            })
          })
        }),
      stream: (operation) => createStream(from, to, operation),
    }),
  }

  function createStream(from: string, to: string, operation: string): Stream {
    let hop = 0
    let lastArrival: number | undefined = 0
    return {
      send(label, deliver) {
        if (lastArrival === undefined) return
        const message = { from, to, operation, hop: hop++, label }
        lastArrival = transmit(message, deliver, lastArrival)
      },
    }
  }

  /** When the message arrives; undefined when it is lost. */
  function transmit(
    { from, to, operation, hop, label = '' }: Message,
    deliver: () => unknown,
    notBefore = 0,
  ): number | undefined {
    const now = kernel.now()
    const name = `${from} > ${to} ${operation} ${label}`
    if (isCut(from, to, now)) {
      kernel.note(`lost: ${name}`)
      return undefined
    }
    const drawn = now + drawLatencyMs(random, latencyMs, `${from} > ${to}`, operation, hop)
    const arrival = Math.max(drawn, notBefore)
    kernel.schedule(arrival - now, name, deliver)
    return arrival
  }
}

interface Message {
  readonly from: string
  readonly to: string
  readonly operation: string
  readonly hop: number
  readonly label?: string
}
