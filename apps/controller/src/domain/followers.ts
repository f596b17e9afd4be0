import type { Position } from '@keyrace/contracts'

/**
 * Somebody outside who is told of each change: builders that registered, etcd, Kubernetes. A mutation is
 * acknowledged once all followers have seen its revision.
 */
export interface Follower {
  readonly name: string
  start(): Promise<void>
  /** Resolves to false where it could not be told in time; it is told again later. */
  hasSeen(position: Position): Promise<boolean>
  close(): Promise<void>
}
