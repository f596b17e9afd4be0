import type { Release } from '@keyrace/contracts'
import { type ControllerClient, ControllerUnavailable } from '@keyrace/controller-client'
import { type Clock, type Points, StorageError, sleep } from '@keyrace/environment'
import type { Locks } from './locks/lock.ts'
import type { PushChannel, Repositories } from './repositories.ts'

export interface SettleDeps<Channel extends PushChannel> {
  readonly replica: string
  readonly controller: ControllerClient
  readonly locks: Locks
  readonly repositories: Repositories<Channel>
  readonly timeoutMs: number
  readonly points?: Points | undefined
}

/** Settles in the background, whenever there is reason to think that a release was left pending. */
export interface Settler {
  /** At once if it rests, else once more when it is done. */
  wake(): void
  close(): Promise<void>
}

/** Tries again after a pause, until nothing is pending. */
export function createSettler<C extends PushChannel>(
  deps: SettleDeps<C> & { readonly clock: Clock; readonly pauseMs: number },
): Settler {
  const closing = new AbortController()
  let isNeeded = false
  let settling: Promise<void> | undefined

  return {
    wake() {
      isNeeded = true
      settling ??= settleWhileNeeded()
    },
    async close() {
      closing.abort()
      await settling
    },
  }

  async function settleWhileNeeded(): Promise<void> {
    while (isNeeded && !closing.signal.aborted) {
      isNeeded = false
      const left = await settlePendingReleases(deps, closing.signal)
      if (left > 0) isNeeded = true
      if (isNeeded) await sleep(deps.clock, deps.pauseMs, closing.signal)
    }
    // In the same breath as the last look at `isNeeded`: whoever wakes us from now on begins anew.
    settling = undefined
  }
}

/**
 * Settles the releases that this replica left pending: live where the push made its updates, abandoned
 * where it did not. Under the repository's lock, so that no process is still at work on them. Answers how
 * many stay pending (controller away, repository busy, disk failing), 1 where nobody could say. The signal
 * ends it between two releases.
 */
export async function settlePendingReleases<C extends PushChannel>(
  deps: SettleDeps<C>,
  closing?: AbortSignal,
): Promise<number> {
  const { controller, replica, timeoutMs } = deps
  let left = 0
  try {
    const answer = await controller.call(
      'pendingReleases',
      { query: { builder: replica } },
      { timeoutMs, purpose: 'background' },
    )
    const releases = answer.ok ? answer.body.releases : []
    for (const release of releases) {
      if (closing?.aborted || !(await settle(deps, release))) left++
    }
    return left
  } catch (error) {
    if (error instanceof ControllerUnavailable) return left + 1
    throw error
  }
}

async function settle<C extends PushChannel>(
  deps: SettleDeps<C>,
  release: Release,
): Promise<boolean> {
  try {
    const held = deps.points?.('settle/before-lock')
    if (held) await held
    const acquired = await deps.locks.acquire(release, `${deps.replica}, settling`)
    if (acquired.kind === 'busy') return false
    try {
      return await settleUnderLock(deps, release)
    } finally {
      await acquired.lock.release()
    }
  } catch (error) {
    if (error instanceof StorageError) return false
    throw error
  }
}

async function settleUnderLock<C extends PushChannel>(
  { controller, repositories, timeoutMs, points }: SettleDeps<C>,
  release: Release,
): Promise<boolean> {
  const moved = await Promise.all(
    release.refs.map((update) => repositories.hasMoved(release, update)),
  )
  const held = points?.('settle/before-answer')
  if (held) await held
  const answer = await controller.call(
    'settleRelease',
    {
      params: { pushId: release.pushId },
      body: { state: moved.every(Boolean) ? 'live' : 'abandoned' },
    },
    { timeoutMs, purpose: 'background' },
  )
  // Settled the other way already means: by the push itself, while we waited for the lock.
  return answer.ok || answer.code === 'release-settled'
}
