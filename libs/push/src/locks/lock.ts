import type { AppGeneration } from '@keyrace/contracts'

/** One holder's time with a repository. */
export interface HeldLock {
  /** Grows with every holder of this repository: what a later holder wrote is never overwritten by an earlier one. */
  readonly token: number
  /** Still ours? Asked before a ref moves. */
  isHeld(): Promise<boolean>
  /** The lock is not free before this process of the same host has ended, even when the holder is gone. */
  attach(worker: string): Promise<void>
  release(): Promise<void>
  /**
   * Releases it and leaves nothing of it behind, so that its tokens start again. Only for a repository that is
   * gone for good and that nobody has wanted for long: who has slept since they saw the old tokens could
   * hold it beside another.
   */
  retire(): Promise<void>
}

export type Acquired =
  | { readonly kind: 'held'; readonly lock: HeldLock }
  | { readonly kind: 'busy'; readonly holder: string; readonly ageMs: number }

/** One push at a time per repository. Waits a bounded time for its turn, then says who holds it. */
export interface Locks {
  acquire(app: AppGeneration, holder: string): Promise<Acquired>
}
