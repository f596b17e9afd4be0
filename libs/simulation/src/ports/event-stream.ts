import type { TransportError } from '@keyrace/environment'
import type { Stream } from './network.ts'

/** The events of one call, on their way over a connection. */
export interface EventStream {
  /** The sender's end: no further ahead of the reader than a connection's buffers let it be. */
  send(events: AsyncIterable<unknown>): Promise<void>
  /** The reader's end; once. */
  readonly received: AsyncIterable<unknown>
  /** For the reader it is over, whatever is on its way. */
  end(error?: TransportError): void
}

/** Events that were sent, and not read yet. */
const window = 64

/** `onLeave`: the reader wants no more. */
export function createEventStream(connection: Stream, onLeave: () => void): EventStream {
  const unread: unknown[] = []
  const reader = createGate()
  const sender = createGate()
  let ahead = 0
  let end: { readonly error: TransportError | undefined } | undefined

  return {
    async send(events) {
      for await (const event of events) {
        const copy = structuredClone(event)
        connection.send('event', () => {
          unread.push(copy)
          reader.open()
        })
        ahead++
        while (ahead >= window) await sender.opened()
      }
      connection.send('end', () => endWith(undefined))
    },
    received: receive(),
    end(error) {
      unread.length = 0
      endWith(error)
    },
  }

  async function* receive(): AsyncGenerator<unknown> {
    try {
      for (;;) {
        if (end?.error !== undefined) throw end.error
        if (unread.length > 0) {
          ahead--
          sender.open()
          yield unread.shift()
        } else if (end !== undefined) {
          return
        } else {
          await reader.opened()
        }
      }
    } finally {
      onLeave()
    }
  }

  function endWith(error: TransportError | undefined): void {
    end ??= { error }
    reader.open()
  }
}

/** Lets one wait until the other has done something. */
function createGate() {
  let pass = Promise.withResolvers<void>()
  return {
    opened: () => pass.promise,
    open() {
      pass.resolve()
      pass = Promise.withResolvers()
    },
  }
}
