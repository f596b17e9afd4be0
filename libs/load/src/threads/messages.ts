import type { MessagePort } from 'node:worker_threads'
import type { ConnectOptions } from '../client-connect.ts'
import type { ConnectionRefused, PushAttempt, PushConnection, PushTask } from '../push-client.ts'

/** Asks a thread for a connection. All that concerns it goes through its own port, which closes with it. */
export interface ConnectRequest {
  readonly options: ConnectOptions
  readonly port: MessagePort
}

/** What became of a request; without a connection the port closes then. */
export type Opening =
  | ({ readonly kind: 'connected' } & Pick<PushConnection, 'name' | 'stamps'>)
  | ({ readonly kind: 'refused' } & Pick<ConnectionRefused, 'code' | 'message' | 'offeredAt'>)
  | { readonly kind: 'failed'; readonly error: unknown }

export type Order =
  | { readonly kind: 'push'; readonly id: number; readonly task: Omit<PushTask, 'begun'> }
  | { readonly kind: 'close' }

export type Progress =
  | { readonly kind: 'begun'; readonly id: number }
  | { readonly kind: 'ended'; readonly id: number; readonly attempt: PushAttempt }
