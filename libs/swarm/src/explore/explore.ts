import type { SwarmResult } from '@keyrace/contracts'
import type { Clock } from '@keyrace/environment'
import type { DrawOptions } from '../draw-plan.ts'
import { swarmResult } from './swarm-result.ts'
import { nothingYet, sum, type Tally } from './tally.ts'

/** What explores seeds: threads in a process, or this one. */
export interface SwarmPool {
  /** How many blocks it can explore at one time. */
  readonly size: number
  explore(seeds: readonly number[], options: DrawOptions): Promise<Tally>
  close(): Promise<void>
}

export interface ExploreOptions extends DrawOptions {
  /** The first one; the others follow it. */
  readonly seed: number
  /** Ends after so many seeds, or so much time. */
  readonly seeds?: number | undefined
  readonly budgetMs?: number | undefined
}

export interface ExploreDeps {
  readonly pool: SwarmPool
  readonly clock: Clock
  /** Ends the search early: what was found until then is the result. */
  readonly signal: AbortSignal
  readonly progress: (tally: Tally, elapsedMs: number) => void
}

/** Small, so that the search can end when it is to end. */
const seedsInBlock = 4
const seedSpace = 2 ** 32

/** Plays one seed after the other on all that the pool has, until the budget is used up. */
export async function explore(options: ExploreOptions, deps: ExploreDeps): Promise<SwarmResult> {
  const { pool, clock, signal, progress } = deps
  const { seed, seeds = Number.POSITIVE_INFINITY, budgetMs = Number.POSITIVE_INFINITY } = options
  const startedAt = clock.now()
  let tally = nothingYet
  let begun = 0
  const lanes = Array.from({ length: pool.size }, async () => {
    while (!signal.aborted && begun < seeds && clock.now() - startedAt < budgetMs) {
      const block = Array.from(
        { length: Math.min(seedsInBlock, seeds - begun) },
        (_, index) => (seed + begun + index) % seedSpace,
      )
      begun += block.length
      const explored = await pool.explore(block, options)
      tally = sum(tally, explored)
      progress(tally, clock.now() - startedAt)
    }
  })
  await Promise.all(lanes)
  const durationMs = clock.now() - startedAt
  return swarmResult(tally, { ...options, durationMs, interrupted: signal.aborted })
}
