/** Events that have come and were not taken yet. */
export interface PendingEvents<Event> extends AsyncIterable<Event> {
  push(event: Event): void
  /** After what is pending; with an error it is thrown there. */
  end(error?: Error): void
}

/**
 * From a callback to an iteration. Who takes so slowly that more than `longest` would pend loses them: the
 * iteration ends with the error that `overflow` makes.
 */
export function createPendingEvents<Event>(options: {
  readonly longest: number
  readonly overflow: () => Error
}): PendingEvents<Event> {
  let pending: Event[] = []
  let ending: { readonly error: Error | undefined } | undefined
  let changed = Promise.withResolvers<void>()

  return {
    push(event) {
      if (ending !== undefined) return
      pending.push(event)
      if (pending.length > options.longest) {
        pending = []
        ending = { error: options.overflow() }
      }
      changed.resolve()
    },
    end(error) {
      ending ??= { error }
      changed.resolve()
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const event = pending.shift()
        if (event !== undefined) yield event
        else if (ending === undefined) await change()
        else if (ending.error !== undefined) throw ending.error
        else return
      }
    },
  }

  async function change(): Promise<void> {
    await changed.promise
    changed = Promise.withResolvers()
  }
}
