import type { Gone } from '@keyrace/push'

/** What a reaper has to tell while it works. */
export type News =
  | { readonly kind: 'removed' | 'would-remove' | 'busy'; readonly repository: Gone }
  /** Something in the root that is no repository of ours; told once. */
  | { readonly kind: 'stranger'; readonly name: string }
  /** A sweep was given up; the next one begins after the pause. */
  | { readonly kind: 'failed'; readonly reason: string; readonly pauseMs: number }
