import { type RefUpdate, zeroSha } from '@keyrace/contracts'
import type { Clock } from '@keyrace/environment'
import { feedGit, type GitOptions } from './git.ts'
import { readRef } from './refs.ts'

/**
 * Tells whether these refs moved. Git may have refused some and moved the others (a name in the way, a
 * lock file left behind): then those are put back. Under the repository's lock, so nobody moved them since.
 */
export async function movedTogether(
  clock: Clock,
  updates: readonly RefUpdate[],
  options: Pick<GitOptions, 'repository' | 'committer'>,
): Promise<boolean> {
  const moved = updates.filter((update) => readRef(options.repository, update.ref) === update.new)
  if (moved.length === updates.length) return true
  if (moved.length > 0) {
    await feedGit(clock, ['update-ref', '--stdin'], { ...options, lines: moved.map(undoing) })
  }
  return false
}

function undoing({ ref, old, new: next }: RefUpdate): string {
  return old === zeroSha ? `delete ${ref} ${next}` : `update ${ref} ${old} ${next}`
}
