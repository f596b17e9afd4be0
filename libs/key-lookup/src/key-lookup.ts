import type { ErrorCode, Provenance } from '@keyrace/contracts'

/** A key as an SSH client offers it. */
export interface OfferedKey {
  readonly fingerprint: string
  /** The wire blob in base64. */
  readonly blob: string
}

/** Whose key is it? `unavailable` means that nobody could say, and never turns into a user. */
export type Identification =
  | { readonly kind: 'user'; readonly user: string; readonly appsThen?: AppsThen }
  | { readonly kind: 'unknown-key' }
  | { readonly kind: 'unavailable'; readonly reason: string }

/** Where a user could push when their key was looked up. Only the original decides by it: see deis-lookup.ts. */
export interface AppsThen {
  readonly apps: readonly string[]
  readonly epoch: string
  readonly revision: number
  /** When the question was sent. */
  readonly sentAt: number
}

export interface AuthorizationRequest {
  readonly app: string
  readonly user: string
  readonly key: OfferedKey
  /** As it was at the connection's identification. */
  readonly appsThen?: AppsThen | undefined
}

export type DenialCode = Extract<
  ErrorCode,
  'app-not-found' | 'key-not-found' | 'user-not-found' | 'forbidden'
>

/** May this key push to this app? Three values: `unknown` never becomes allowed. */
export type Decision =
  | ({ readonly kind: 'allowed'; readonly generation: number } & Provenance)
  | ({ readonly kind: 'denied'; readonly code: DenialCode } & Provenance)
  | { readonly kind: 'unknown'; readonly reason: string }

/**
 * How a builder learns whether a key may push to an app: the one thing in which the rivals differ.
 *
 * SSH authentication knows only a key; the app arrives with the exec request. Hence two questions. A
 * strategy's claim is about `authorize`: it covers key, permission and app, and is never answered from
 * something learnt before the exec request, unless the claim says how old that may be.
 */
export interface KeyLookup {
  /** Takes the first copy, where there is one. A failure is not fatal: answers are `unknown` until it heals. */
  start(): Promise<void>
  identify(key: OfferedKey): Promise<Identification>
  authorize(request: AuthorizationRequest): Promise<Decision>
  /** Ends what `start` began. */
  close(): Promise<void>
}
