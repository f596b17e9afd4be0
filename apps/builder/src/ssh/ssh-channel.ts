import type { Readable, Writable } from 'node:stream'
import type { PushChannel } from '@keyrace/push'

/** One exec request as git's side sees it: two streams, and how it ends. */
export interface SshChannel extends PushChannel {
  readonly input: Readable
  readonly output: Writable
  /** The client went away: what is written to `output` from now on goes nowhere, and is never taken. */
  readonly gone: AbortSignal
  /** What the client asked for in GIT_PROTOCOL. */
  readonly gitProtocol: string | undefined
}
