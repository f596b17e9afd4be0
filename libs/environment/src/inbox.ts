import type { Endpoint } from '@keyrace/contracts'
import type { Answer, Call } from './transport.ts'

/** Where others call us: an HTTP server in the real world. */
export interface Inbox {
  /**
   * Answers calls of one endpoint from now on. Its body is JSON, and nothing more is known of it; a caller
   * without the secret, in the header of builders, never gets to `answer`. Rejects with the system's error where
   * the address cannot be had.
   */
  open(
    endpoint: Endpoint,
    answer: (call: Pick<Call, 'input'>) => Promise<Answer>,
  ): Promise<OpenInbox>
}

export interface OpenInbox {
  /** `http://127.0.0.1:4000` */
  readonly origin: string
  /** What a caller has to know; made anew each time. */
  readonly secret: string
  /** Resolves when no call is under way any more. */
  close(): Promise<void>
}
