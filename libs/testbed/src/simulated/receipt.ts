import type { RefUpdate } from '@keyrace/contracts'
import { type Clock, StorageError } from '@keyrace/environment'
import type { Receipt } from '@keyrace/push'
import type { BareRepository } from './git-model.ts'
import type { Progress } from './receive-pack.ts'

export interface ReceiptDeps {
  readonly clock: Clock
  /** By its name, which may be another one's by now, or nobody's. */
  readonly find: () => BareRepository | undefined
  readonly committer: string
  /** Lets the time pass that another git takes. */
  readonly takeUndoing: () => Promise<void>
}

/** What a builder makes of a git that has ended, by what stands on the disk. */
export async function receiptOf(
  deps: ReceiptDeps,
  { request, answer, hasDied }: Progress,
): Promise<Receipt> {
  if (request === undefined) {
    if (hasDied) throw new StorageError('EGIT', 'git receive-pack ended with a signal')
    return { kind: 'nothing-asked', receivedBytes: 0 }
  }
  const { updates, allowed } = answer ?? { updates: [], allowed: false }
  const moved = allowed && (await movedTogether(deps, updates))
  const durableAt = deps.clock.now()
  return { kind: 'received', updates, moved, durableAt, receivedBytes: request.bytes }
}

/** Where some refs have moved and others have not, those are put back. */
async function movedTogether(
  { find, committer, takeUndoing }: ReceiptDeps,
  updates: readonly RefUpdate[],
): Promise<boolean> {
  const moved = updates.filter(({ ref, new: target }) => find()?.refs().get(ref) === target)
  if (moved.length === updates.length) return true
  if (moved.length > 0) await takeUndoing()
  for (const { ref, old, new: target } of moved) {
    const isUndone = find()?.update({ ref, old: target, new: old }, committer)
    if (!isUndone) throw new StorageError('EGIT', 'git update-ref failed')
  }
  return false
}
