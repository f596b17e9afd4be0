import type { AppGeneration, RefUpdate } from '@keyrace/contracts'

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

/** How git's side of a push ended. By then no process works on the repository any more. */
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

/** Bare repositories, one per app and generation, shared by all replicas or not. */
export interface Repositories<Channel extends PushChannel> {
  /**
   * Creates the repository where it is missing, advertises its refs to the channel, receives a pack,
   * asks `decide` once with all updates, and moves all of them or none. Does not end the channel.
   * `attached` is told which process works on the repository, before that one can move a ref.
   * Rejects with a StorageError when disk or git fail before anything was asked.
   */
  receive(
    app: AppGeneration,
    channel: Channel,
    hooks: {
      decide(updates: readonly RefUpdate[]): Promise<CommitVerdict>
      attached(worker: string): Promise<void>
    },
  ): Promise<Receipt>
  /** Did this update ever happen, whatever came after it? */
  hasMoved(app: AppGeneration, update: RefUpdate): Promise<boolean>
}

/** The name of a repository's directory: app names hold no dot, so it can be read back. */
export function repositoryName({ app, generation }: AppGeneration): string {
  return `${app}.${generation}.git`
}
