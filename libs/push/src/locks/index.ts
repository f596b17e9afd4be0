import type { LockName, QuirkName } from '@keyrace/contracts'
import { lockedByName } from '../names-only.ts'
import { expiring } from './expiring-lock.ts'
import { createFileLocks, type FileLockDeps } from './file-lock.ts'
import type { Locks } from './lock.ts'
import { createMemoryLocks } from './memory-lock.ts'

/** By the name that `--lock` takes. */
export const locksBy = {
  file: createFileLocks,
  memory: createMemoryLocks,
} as const satisfies Record<LockName, (deps: FileLockDeps) => Locks>

/** Those of a builder, with its quirks. */
export function createLocks(
  { lock, quirks }: { readonly lock: LockName; readonly quirks: readonly QuirkName[] },
  deps: FileLockDeps,
): Locks {
  const kept = locksBy[lock](deps)
  const named = quirks.includes('names-only') ? lockedByName(kept) : kept
  return quirks.includes('expiring-lock') ? expiring(named, deps.clock) : named
}
