import { SimulationError } from './kernel.ts'

/** Unhandled rejections belong to the run while it lasts: the first one fails it. */
export interface Rejections {
  /** Throws the first rejection that nobody has handled. */
  check(): void
  restore(): void
}

export function ownUnhandledRejections(): Rejections {
  const unhandled = new Map<unknown, unknown>()
  const restores = [
    replaceListeners('unhandledRejection', (reason, promise) => {
      unhandled.set(promise, reason)
    }),
    replaceListeners('rejectionHandled', (promise) => {
      unhandled.delete(promise)
    }),
  ]

  return {
    check() {
      for (const cause of unhandled.values()) {
        throw new SimulationError('unhandled-rejection', `nobody handled: ${cause}`, { cause })
      }
    },
    restore() {
      for (const restore of restores) restore()
    },
  }
}

function replaceListeners(event: string, listener: (...args: unknown[]) => void): () => void {
  const emitter: NodeJS.EventEmitter = process
  const others = emitter.listeners(event) as (typeof listener)[]
  emitter.removeAllListeners(event)
  emitter.on(event, listener)
  return () => {
    emitter.off(event, listener)
    for (const other of others) emitter.on(event, other)
  }
}
