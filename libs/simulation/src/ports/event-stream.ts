import { TransportError } from '@keyrace/environment'
import { copyOfJson } from '../json-copy.ts'
import type { Link } from './network.ts'

/** The events of one call, on their way over a connection. */
export interface EventStream {
  /** The sender's end: no further ahead of the reader than a connection's buffers let it be. */
  send(events: AsyncIterable<unknown>): Promise<void>
  /** The reader's end; once. */
  readonly received: AsyncIterable<unknown>
  /** For the reader it is over, whatever is on its way. */
  end(error?: TransportError): void
  /** There will be no events. */
  forget(): void
}

export interface EventStreamDeps {
  /** From the reader to the sender, and the other way. */
  readonly toSender: Link
  readonly toReader: Link
  readonly operation: string
  readonly key: number
  /** At the sender's end: the reader wants no more, or is dead. */
  readonly onLeave: () => void
  /** At the reader's end. */
  readonly onEnd: () => void
}

/** Events that were sent, and not read yet. */
const window = 64
/** Who reads tells so once it has read so many. */
const told = window / 2

/** Is made by the reader, at a time when it has not asked for events yet. */
export function createEventStream(deps: EventStreamDeps): EventStream {
  const { key, onEnd, onLeave, operation, toReader, toSender } = deps
  const forward = toReader.stream(`${operation} events`, key)
  const backward = toSender.stream(`${operation} read`, key)
  const unread: unknown[] = []
  const reader = createGate()
  const sender = createGate()
  let ahead = 0
  let read = 0
  let hasLeft = false
  let end: { readonly error: TransportError | undefined } | undefined
  const forget = toSender.onBreak(() => endWith(broken()))

  return {
    async send(events) {
      const forgetReader = toReader.onBreak(onLeave)
      for await (const event of events) {
        const copy = copyOfJson(event)
        forward.send('event', () => receiveOne(copy))
        ahead++
        while (ahead >= window) await sender.opened()
      }
      forgetReader()
      forward.send('end', () => endWith(undefined))
    },
    received: receive(),
    end(error) {
      unread.length = 0
      endWith(error)
    },
    forget,
  }

  async function* receive(): AsyncGenerator<unknown> {
    try {
      for (;;) {
        if (end?.error !== undefined) throw end.error
        if (unread.length > 0) {
          acknowledge()
          yield unread.shift()
        } else if (end !== undefined) {
          return
        } else {
          await reader.opened()
        }
      }
    } finally {
      hasLeft = true
      forget()
      backward.send('leave', onLeave)
      onEnd()
    }
  }

  function receiveOne(event: unknown): void {
    if (hasLeft) {
      refuse()
    } else {
      unread.push(event)
      reader.open()
    }
  }

  /** The host of a reader that has left, where the sender has not heard of that. */
  function refuse(): void {
    toSender.stream(`${operation} reset`, key + ++read).send('', onLeave)
  }

  function acknowledge(): void {
    if (++read % told !== 0) return
    backward.send('', () => {
      ahead -= told
      sender.open()
    })
  }

  function endWith(error: TransportError | undefined): void {
    end ??= { error }
    reader.open()
  }
}

function broken(): TransportError {
  return new TransportError('unreachable', 'the connection broke')
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
