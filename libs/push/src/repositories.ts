import {
  type AppGeneration,
  appNamePattern,
  longestAppName,
  type RefUpdate,
} from '@keyrace/contracts'

/** The client's end of one exec request, as far as the pipeline needs it. */
export interface PushChannel {
  /** Ends the request with a message that the client's git prints, and a non-zero exit status. */
  refuse(message: string): void
  /** Ends the request after the repository has spoken: 0 is what acknowledges the push. */
  finish(exitCode: number): void
}

/** What the pipeline says to a set of ref updates, before any ref moves. */
export type CommitVerdict =
  | { readonly allowed: true }
  /** `message` is shown to the pusher. */
  | { readonly allowed: false; readonly message: string }

/**
 * How git's side of a push ended. By then no process works on the repository any more. Received without
 * updates: git refused the pack before it came to them.
 */
export type Receipt =
  | {
      readonly kind: 'received'
      readonly updates: readonly RefUpdate[]
      /** All updates are on disk, or none is. */
      readonly moved: boolean
      /** When the refs were seen on disk, or seen not to have moved. */
      readonly durableAt: number
      readonly receivedBytes: number
    }
  /** The client asked for no update ("Everything up-to-date"), or went away before it did. */
  | { readonly kind: 'nothing-asked'; readonly receivedBytes: number }

/** A push as its repository knows it. The id marks what the push did there. */
export interface RepositoryPush extends AppGeneration {
  readonly pushId: string
}

/** What a repository asks and tells while it receives. */
export interface ReceiveHooks {
  /** Asked once, with all updates, before any ref moves. */
  decide(updates: readonly RefUpdate[]): Promise<CommitVerdict>
  /** Told which process works on the repository; no verdict is given before this resolved. */
  attached(worker: string): Promise<void>
}

/** Bare repositories, one per app and generation, shared by all replicas or not. */
export interface Repositories<Channel extends PushChannel> {
  /**
   * Creates the repository where it is missing, advertises its refs to the channel, receives a pack,
   * asks `decide`, and moves all refs or none. Does not end the channel. Rejects with a StorageError when
   * disk or git fail; then nobody knows whether refs moved that `decide` had allowed to.
   */
  receive(push: RepositoryPush, channel: Channel, hooks: ReceiveHooks): Promise<Receipt>
  /** Did this push ever make this update, whatever came after it? Rejects with a StorageError. */
  hasMoved(push: RepositoryPush, update: RefUpdate): Promise<boolean>
}

/** The name of a repository's directory: app names hold no dot, so it can be read back. */
export function repositoryName(app: AppGeneration): string {
  return `${generationName(app)}.git`
}

/** Undefined where it is not exactly the name that a repository would have. */
export function parseRepositoryName(name: string): AppGeneration | undefined {
  return name.endsWith('.git') ? parseGenerationName(name.slice(0, -'.git'.length)) : undefined
}

/** `myapp.2` */
export function generationName({ app, generation }: AppGeneration): string {
  return `${app}.${generation}`
}

/** Undefined where it is not exactly such a name. */
export function parseGenerationName(name: string): AppGeneration | undefined {
  const { app = '', digits } = /^(?<app>[^.]+)\.(?<digits>[1-9]\d{0,14})$/.exec(name)?.groups ?? {}
  const isApp = app.length <= longestAppName && new RegExp(appNamePattern).test(app)
  return isApp ? { app, generation: Number(digits) } : undefined
}
