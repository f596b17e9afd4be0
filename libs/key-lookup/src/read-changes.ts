import type { Change, Position, Purpose, Stamp } from '@keyrace/contracts'
import type { ControllerClient } from '@keyrace/controller-client'
import type { Clock } from '@keyrace/environment'
import { ask } from './ask.ts'

/** What is kept up to date by changes. */
export interface Keeper {
  /** As of when it is in the controller's history; undefined where nothing can be built upon. */
  position(): Position | undefined
  /** Takes all changes up to the stamp, as of `sentAt`. False where they do not continue from its position. */
  apply(changes: readonly Change[], stamp: Stamp, sentAt: number): boolean
}

export interface ReadOptions {
  readonly purpose: Purpose
  readonly timeoutMs: number
}

/** `more`: ask again. `gap`: changes do not lead from here to the present. */
export type ChangesRead = 'current' | 'more' | 'gap' | { readonly failure: string }

const mostChanges = 10_000

/** Asks once for what has changed since, and has it applied. */
export function readChanges(
  deps: {
    readonly clock: Clock
    readonly controller: ControllerClient
    readonly signal: AbortSignal
  },
  keeper: Keeper,
  options: ReadOptions,
): Promise<ChangesRead> {
  const { clock, controller, signal } = deps
  return ask<ChangesRead, ChangesRead>(read(), (failure) => ({ failure }))

  async function read(): Promise<ChangesRead> {
    const position = keeper.position()
    if (position === undefined) return 'gap'
    const { epoch, revision: since } = position
    const sentAt = clock.now()
    const answer = await controller.call(
      'changes',
      { query: { epoch, since, limit: mostChanges } },
      { ...options, ifNoneMatch: position, signal },
    )
    if (!answer.ok && answer.code === 'revision-gone') return 'gap'
    if (answer.stamp === undefined) return { failure: 'malformed' }
    const changes = answer.ok ? answer.body.changes : []
    const isAll = changes.length < mostChanges
    // A part of them leads to some time in the past, and nobody knows to which.
    const asOf = isAll ? sentAt : Number.NEGATIVE_INFINITY
    if (!keeper.apply(changes, answer.stamp, asOf)) return 'gap'
    return isAll ? 'current' : 'more'
  }
}
