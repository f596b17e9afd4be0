import type { Sample } from '@keyrace/contracts'
import type { PushAttempt, PushConnection, PushKey } from '@keyrace/load'

/** A push as its client saw it, with what is needed to find its evidence. */
export interface PushRecord {
  readonly op: string
  readonly arm: string
  readonly replica: string
  readonly phase: Sample['phase']
  readonly block: number | null
  /** Of the controller while it was timed. */
  readonly serviceTimeMs: number | null
  readonly app: string
  readonly ref: string
  readonly key: PushKey
  readonly intendedAt: number
  readonly connection: Pick<PushConnection, 'name' | 'stamps'>
  /** The connection was opened for this push, so that opening it is part of the push. */
  readonly fresh: boolean
  readonly attempt: PushAttempt
}

/** Its client was told that it succeeded. */
export function wasAccepted({ attempt }: PushRecord): boolean {
  return attempt.outcome === 'ok'
}
