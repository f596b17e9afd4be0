import type { Endpoint } from '@keyrace/contracts'

/** One call of an endpoint: `params`, `query` and `body` are the endpoint's own, already typed. */
export interface Call {
  readonly endpoint: Endpoint
  readonly input: {
    readonly params?: unknown
    readonly query?: unknown
    readonly body?: unknown
  }
  readonly headers: Readonly<Record<string, string>>
  /** For the whole answer; of an endpoint with events, until they begin. */
  readonly timeoutMs: number
  /** Ends the call, or the stream that it opened. */
  readonly signal?: AbortSignal
}

export interface Answer {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** Parsed JSON; null where there was no body. */
  readonly body: unknown
  /**
   * Where the endpoint has events and the call was not refused. Ends where the other side, the signal or the
   * reader (by `return`) ends it; throws a TransportError where the connection broke.
   */
  readonly events?: AsyncIterable<unknown>
}

/** The way to the controller: HTTP in the real world, a queue of virtual messages in the simulation. */
export interface Transport {
  /** Rejects with a TransportError, and with nothing else. */
  call(call: Call): Promise<Answer>
  close(): Promise<void>
}

export type TransportFailure = 'timeout' | 'unreachable' | 'malformed' | 'closed'

/** The neighbour did not answer, or not in a form that can be read. */
export class TransportError extends Error {
  readonly code: TransportFailure
  constructor(code: TransportFailure, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'TransportError'
    this.code = code
  }
}
