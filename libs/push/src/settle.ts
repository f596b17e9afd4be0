import type { Release } from '@keyrace/contracts'
import { type ControllerClient, ControllerUnavailable } from '@keyrace/controller-client'
import type { Locks } from './locks/lock.ts'
import type { PushChannel, Repositories } from './repositories.ts'

export interface SettleDeps<Channel extends PushChannel> {
  readonly replica: string
  readonly controller: ControllerClient
  readonly locks: Locks
  readonly repositories: Repositories<Channel>
  readonly timeoutMs: number
}

/**
 * Settles the releases that an earlier life of this replica left pending: live where the refs moved,
 * abandoned where they did not. Under the repository's lock, so that no process of that life is still at
 * work. Answers how many stay pending (controller away, repository busy): call again later.
 */
export async function settlePendingReleases<C extends PushChannel>(
  deps: SettleDeps<C>,
): Promise<number> {
  const { controller, replica, timeoutMs } = deps
  try {
    const answer = await controller.call(
      'pendingReleases',
      { query: { builder: replica } },
      { timeoutMs, purpose: 'background' },
    )
    const releases = answer.ok ? answer.body.releases : []
    let left = 0
    for (const release of releases) if (!(await settle(deps, release))) left++
    return left
  } catch (error) {
    if (error instanceof ControllerUnavailable) return 1
    throw error
  }
}

async function settle<C extends PushChannel>(
  { controller, locks, repositories, replica, timeoutMs }: SettleDeps<C>,
  release: Release,
): Promise<boolean> {
  const acquired = await locks.acquire(release, `${replica}, settling`)
  if (acquired.kind === 'busy') return false
  try {
    const moved = await Promise.all(
      release.refs.map((update) => repositories.hasMoved(release, update)),
    )
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
  } finally {
    await acquired.lock.release()
  }
}
