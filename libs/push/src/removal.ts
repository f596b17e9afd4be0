import type { AppGeneration, RemovalEvidence } from '@keyrace/contracts'
import {
  type Clock,
  type Ids,
  type Points,
  type RepositoryRoot,
  StorageError,
  type Trace,
} from '@keyrace/environment'
import type { Gone } from './gone.ts'
import type { HeldLock, Locks } from './locks/lock.ts'
import { parseRepositoryName, repositoryName } from './repositories.ts'

export interface RemovalDeps {
  /** Who removes: a reaper's name or a replica's. */
  readonly remover: string
  readonly clock: Clock
  readonly ids: Ids
  readonly root: RepositoryRoot
  readonly locks: Locks
  readonly trace: Trace<RemovalEvidence>
  readonly points?: Points | undefined
}

export type RemovalOutcome = 'removed' | 'nothing-there' | 'busy'

/** The one way in which repositories are removed. Everything here rejects with a StorageError. */
export interface Removal {
  /**
   * Nobody is asked again under the lock: a dead generation stays dead, and its name is its own. The lock is
   * there for the push that may still be at work.
   */
  remove(gone: Gone): Promise<RemovalOutcome>
  /** Deletes what a removal that was cut short had taken away. */
  finish(app: AppGeneration): Promise<RemovalOutcome>
  /** Clears away the lock of a repository that is gone for good: see `HeldLock.retire` for when. */
  retireLock(gone: Gone): Promise<void>
}

/**
 * Removes in two steps: the repository is renamed out of its place, which is done or not done, and then
 * deleted at leisure. So no crash leaves half a repository under its name.
 */
export function createRemoval(deps: RemovalDeps): Removal {
  const { remover, clock, ids, root, locks, trace, points } = deps
  return {
    remove: (gone) => underLock(gone, (lock) => takeAway(gone, lock)),
    finish: (app) =>
      underLock(app, async () => {
        await emptyTrash(app)
        return 'removed'
      }),
    async retireLock(gone) {
      const acquired = await locks.acquire(gone, `${remover}, retiring`)
      if (acquired.kind === 'held') await acquired.lock.retire()
    },
  }

  async function underLock(
    app: AppGeneration,
    work: (lock: HeldLock) => Promise<RemovalOutcome>,
  ): Promise<RemovalOutcome> {
    const held = points?.('removal/before-lock')
    if (held) await held
    const acquired = await locks.acquire(app, `${remover}, removing`)
    if (acquired.kind === 'busy') return 'busy'
    try {
      return await work(acquired.lock)
    } finally {
      await acquired.lock.release()
    }
  }

  async function takeAway(gone: Gone, lock: HeldLock): Promise<RemovalOutcome> {
    const name = repositoryName(gone)
    if (!(await root.has(name))) return 'nothing-there'
    const { app, generation, epoch, revision } = gone
    const report = {
      ...{ removalId: ids.next('removal'), remover, app, generation, epoch, revision },
      ...{ begunAt: clock.now(), durableAt: null, refs: Object.fromEntries(await root.refs(name)) },
    }
    if (!(await lock.isHeld())) return 'busy'
    trace.emit(report)
    const heldBefore = points?.('removal/before-rename')
    if (heldBefore) await heldBefore
    await root.rename(name, trashName(name, report.removalId))
    trace.emit({ ...report, durableAt: clock.now() })
    const heldAfter = points?.('removal/before-delete')
    if (heldAfter) await heldAfter
    // What cannot be deleted now is a leftover, and it is out of its place.
    await emptyTrash(gone).catch(unlessStorageFails)
    return 'removed'
  }

  async function emptyTrash({ app, generation }: AppGeneration): Promise<void> {
    for (const { name, isFolder } of await root.list()) {
      const trash = isFolder ? parseTrashName(name) : undefined
      if (trash?.app === app && trash.generation === generation) await root.remove(name)
    }
  }
}

/** What a root holds, by its names alone. */
export interface RootContents {
  readonly repositories: readonly AppGeneration[]
  /** Of removals that were cut short, or go on. */
  readonly leftovers: readonly AppGeneration[]
  /** Names that are nothing of ours; what begins with a dot is left out. */
  readonly strangers: readonly string[]
}

export async function listRoot(root: RepositoryRoot): Promise<RootContents> {
  const contents = {
    repositories: [] as AppGeneration[],
    leftovers: [] as AppGeneration[],
    strangers: [] as string[],
  }
  for (const { name, isFolder } of await root.list()) {
    const repository = isFolder ? parseRepositoryName(name) : undefined
    const leftover = isFolder ? parseTrashName(name) : undefined
    if (repository !== undefined) contents.repositories.push(repository)
    else if (leftover !== undefined) contents.leftovers.push(leftover)
    else if (!name.startsWith('.')) contents.strangers.push(name)
  }
  return contents
}

const trashPrefix = '.removed.'

function trashName(name: string, removalId: string): string {
  return `${trashPrefix}${removalId}.${name}`
}

function parseTrashName(name: string): AppGeneration | undefined {
  if (!name.startsWith(trashPrefix)) return undefined
  const [, ...repository] = name.slice(trashPrefix.length).split('.')
  return parseRepositoryName(repository.join('.'))
}

function unlessStorageFails(error: unknown): void {
  if (!(error instanceof StorageError)) throw error
}
