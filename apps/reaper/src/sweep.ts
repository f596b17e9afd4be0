import type { AppGeneration } from '@keyrace/contracts'
import {
  type Clock,
  type Disk,
  type Points,
  type RepositoryRoot,
  StorageError,
} from '@keyrace/environment'
import {
  type AskWhatIsGone,
  type Gone,
  goneAmong,
  listRoot,
  locksOn,
  type Removal,
  repositoryName,
} from '@keyrace/push'
import { createFirstSeen } from './first-seen.ts'
import type { News } from './news.ts'

export interface SweepOptions {
  /** How long a repository is left alone after its app was first seen gone. */
  readonly graceMs: number
  /** Removals in one sweep. */
  readonly budget: number
  /** Only tells what it would remove. */
  readonly dryRun: boolean
}

export interface SweepDeps {
  readonly clock: Clock
  readonly root: RepositoryRoot
  readonly lockDisk: Disk
  readonly removal: Removal
  readonly ask: AskWhatIsGone
  readonly tell: (news: News) => void
  /** Ends a sweep between two removals. */
  readonly signal: AbortSignal
  readonly points?: Points | undefined
}

/**
 * A lock that nobody has used for so long is cleared away. Far longer than any push waits for one: whoever
 * still wanted it then would have slept for an hour between two looks at the disk.
 */
const lockRetentionMs = 3_600_000

/**
 * One look at a root. First what is on the disk, then what the controller says of it: an app that is created
 * and pushed to in between is not among what was listed. Rejects where disk or controller fail; what they had
 * been explicit about by then is removed all the same.
 */
export function createSweep(options: SweepOptions, deps: SweepDeps): () => Promise<void> {
  const { graceMs, budget, dryRun } = options
  const { clock, root, lockDisk, removal, ask, tell, signal, points } = deps
  const gone = createFirstSeen(clock)
  const idle = createFirstSeen(clock)
  let told = new Set<string>()
  let removals = 0
  let fault: StorageError | undefined

  return async function sweep() {
    removals = 0
    fault = undefined
    const { repositories, leftovers, strangers } = await listRoot(root)
    const standing = new Set(repositories.map(repositoryName))
    const idleLocks = (await locksOn(lockDisk)).filter((app) => !standing.has(repositoryName(app)))
    gone.keep(standing)
    idle.keep(new Set(idleLocks.map(repositoryName)))
    told = new Set([...standing, ...strangers].filter((name) => told.has(name)))
    for (const name of strangers) tellOnce(name, { kind: 'stranger', name })

    for (const leftover of leftovers) await unlessFaulty(() => finish(leftover))
    if (repositories.length + idleLocks.length > 0) await sweepAway(repositories, idleLocks)
    if (fault !== undefined) throw fault
  }

  async function sweepAway(
    repositories: readonly AppGeneration[],
    idleLocks: readonly AppGeneration[],
  ): Promise<void> {
    const held = points?.('reaper/before-ask')
    if (held) await held
    for await (const word of ask([...repositories, ...idleLocks])) {
      for (const one of goneAmong(repositories, word)) await unlessFaulty(() => reap(one))
      for (const one of goneAmong(idleLocks, word)) await unlessFaulty(() => retire(one))
      if (isOver()) return
    }
  }

  /** What cannot be removed keeps nothing else from it; the sweep has failed all the same. */
  async function unlessFaulty(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      fault ??= error
    }
  }

  function isOver(): boolean {
    return signal.aborted || removals >= budget
  }

  async function finish(leftover: AppGeneration): Promise<void> {
    if (isOver() || dryRun) return
    if ((await removal.finish(leftover)) === 'removed') removals++
  }

  async function reap(repository: Gone): Promise<void> {
    const name = repositoryName(repository)
    if (gone.seenForMs(name, repository.epoch) < graceMs || isOver()) return
    if (dryRun) {
      tellOnce(name, { kind: 'would-remove', repository })
      return
    }
    const outcome = await removal.remove(repository)
    if (outcome === 'nothing-there') return
    if (outcome === 'removed') removals++
    tell({ kind: outcome, repository })
  }

  async function retire(lock: Gone): Promise<void> {
    if (isOver() || dryRun) return
    if (idle.seenForMs(repositoryName(lock), lock.epoch) < lockRetentionMs) return
    await removal.retireLock(lock)
  }

  function tellOnce(name: string, news: News): void {
    if (!told.has(name)) tell(news)
    told.add(name)
  }
}
