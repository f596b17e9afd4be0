import { SimulationError } from './kernel.ts'

/** Unhandled rejections belong to the run while it lasts: the first one fails it. */
export interface Rejections {
  /** Throws the first rejection that nobody handled. */
  check(): void
  restore(): void
}

export function ownUnhandledRejections(): Rejections {
  const others = process.listeners('unhandledRejection')
  let first: { readonly reason: unknown } | undefined
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', remember)

  return {
    check() {
      if (first === undefined) return
      const { reason } = first
      throw new SimulationError('unhandled-rejection', `nobody handled: ${reason}`, {
        cause: reason,
      })
    },
    restore() {
      process.off('unhandledRejection', remember)
      for (const other of others) process.on('unhandledRejection', other)
    },
  }

  function remember(reason: unknown) {
    first ??= { reason }
  }
}
