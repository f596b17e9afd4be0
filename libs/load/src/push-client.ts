/** A key pair that can push: an OpenSSH private key file's text, and the fingerprint of its public half. */
export interface PushKey {
  readonly user: string
  readonly fingerprint: string
  /** The wire blob of the public key in base64. */
  readonly blob: string
  /** OpenSSH or PEM text; unused in the simulation. */
  readonly privateKey: string
}

export interface PushTask {
  readonly app: string
  readonly ref: string
  /** Written into the commit's tree, so that a commit tells whose it is wherever it turns up. */
  readonly nonce: string
  /** A commit without parents, forced onto the ref: the same nonce is the same commit, wherever the ref stands. */
  readonly asRoot?: boolean | undefined
  /** Told when the exec request is on its way: from then on the push has begun. */
  readonly begun?: () => void
}

/**
 * How a push ended, as far as its client can tell:
 * - `ok`: git reported the ref as moved, and the exit status was 0; that is the acknowledgement
 * - `noop`: the ref stood where it was wanted, so that nothing was asked ("Everything up-to-date"), and the
 *   exit status was 0
 * - `denied`, `unavailable`, `busy`: the builder said so instead of advertising refs; `unavailable` also
 *   when the exec request could not even be sent
 * - `rejected`: the builder or git refused after the pack had been sent, and reported so
 * - `info`: the connection broke or time ran out after the exec request: nobody knows
 */
export type AttemptOutcome = 'ok' | 'noop' | 'denied' | 'unavailable' | 'busy' | 'rejected' | 'info'

export interface PushAttempt {
  readonly outcome: AttemptOutcome
  /** What the server said (a refusal without its leading `denied: ` …), or what broke; null: nothing. */
  readonly reason: string | null
  /** ref → sha; null when no advertisement came. Its arrival is what makes an admission visible. */
  readonly advertised: ReadonlyMap<string, string> | null
  /** What was wanted, once the advertisement told the old value; in a `noop` both values are the same. */
  readonly update: { readonly ref: string; readonly old: string; readonly new: string } | null
  /** On the clock of the client, in milliseconds; null where it did not come that far. */
  readonly stamps: {
    readonly execAt: number
    readonly advertisedAt: number | null
    readonly sentAt: number | null
    readonly reportedAt: number | null
    readonly doneAt: number
  }
  readonly sentBytes: number
  /** The ordinal of the exec request on its connection, from 1, as the builder counts; 0: never sent. */
  readonly exec: number
}

/** An authenticated connection. It can carry several pushes, at the same time as well. */
export interface PushConnection {
  /** The client's end as the builder sees it (`127.0.0.1:40312`): joins a push with the builder's evidence. */
  readonly name: string
  readonly stamps: {
    readonly startedAt: number
    readonly connectedAt: number
    readonly keyExchangedAt: number
    readonly authenticatedAt: number
  }
  /** Never rejects: what goes wrong is an outcome. */
  push(task: PushTask): Promise<PushAttempt>
  close(): Promise<void>
}

/** The server refused the key, or the connection never came to authentication. */
export class ConnectionRefused extends Error {
  readonly code: 'denied' | 'unreachable' | 'timeout'
  /** When the key was first offered, on the client's clock; undefined where that is not known. */
  readonly offeredAt: number | undefined
  constructor(
    code: ConnectionRefused['code'],
    message: string,
    options: ErrorOptions & { readonly offeredAt?: number | undefined } = {},
  ) {
    super(message, options)
    this.name = 'ConnectionRefused'
    this.code = code
    this.offeredAt = options.offeredAt
  }
}
