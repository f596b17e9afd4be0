import { ControllerUnavailable } from '@keyrace/controller-client'
import { type Clock, type RepositoryRoot, StorageError, sleep } from '@keyrace/environment'
import { type AskWhatIsGone, goneAmong } from './gone.ts'
import { listRoot, type Removal } from './removal.ts'

export interface NoticedRemovalsDeps {
  readonly clock: Clock
  readonly root: RepositoryRoot
  readonly removal: Pick<Removal, 'remove'>
  readonly ask: AskWhatIsGone
  /** Further names are not taken up: who pushes to them next, or a reaper, brings them back. */
  readonly longestQueue?: number
  /** After a failure; doubled with each that follows, up to a minute. */
  readonly pauseMs?: number
}

/** Removes, in the background, what pushes have run into. */
export interface NoticedRemovals {
  /** A push heard that there is no such app. */
  notice(app: string): void
  /** Ends what is being done, and leaves the rest. */
  close(): Promise<void>
}

const longestPauseMs = 60_000

export function createNoticedRemovals({
  clock,
  root,
  removal,
  ask,
  longestQueue = 100,
  pauseMs = 1_000,
}: NoticedRemovalsDeps): NoticedRemovals {
  const closing = new AbortController()
  const queue = new Set<string>()
  let working: Promise<void> | undefined

  return {
    notice(app) {
      if (closing.signal.aborted || queue.size >= longestQueue) return
      queue.add(app)
      working ??= work()
    },
    async close() {
      closing.abort()
      await working
    },
  }

  async function work(): Promise<void> {
    let failures = 0
    for (const app of queue) {
      if (closing.signal.aborted) break
      queue.delete(app)
      if (await removeGone(app)) {
        failures = 0
        continue
      }
      // At the end of the queue, so that it keeps no other name waiting.
      queue.add(app)
      await sleep(clock, Math.min(pauseMs * 2 ** failures++, longestPauseMs), closing.signal)
    }
    working = undefined
  }

  /** False where disk or controller failed. */
  async function removeGone(app: string): Promise<boolean> {
    try {
      const { repositories } = await listRoot(root)
      const ours = repositories.filter((repository) => repository.app === app)
      if (ours.length === 0) return true
      for await (const word of ask(ours)) {
        for (const gone of goneAmong(ours, word)) {
          if (closing.signal.aborted) break
          await removal.remove(gone)
        }
      }
      return true
    } catch (error) {
      if (error instanceof StorageError || error instanceof ControllerUnavailable) return false
      throw error
    }
  }
}
