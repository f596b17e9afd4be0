import { availableParallelism } from 'node:os'
import { type DrawOptions, drawPlan } from '../draw-plan.ts'
import type { SwarmPool } from '../explore/explore.ts'
import { nothingYet, sum, type Tally } from '../explore/tally.ts'
import { tallyFailure } from '../explore/tally-world.ts'
import { startWorkers } from './workers.ts'

export interface ExploreRequest {
  readonly seeds: readonly number[]
  readonly options: DrawOptions
}

/** A simulation bounds itself: who takes longer than this never comes back. */
const patienceMs = 120_000

/** A thread for each core, since one simulation at a time is all that a thread can run. */
export function startThreadPool(size = availableParallelism()): SwarmPool {
  const script = new URL('./explorer-thread.ts', import.meta.url)
  const workers = startWorkers<ExploreRequest, Tally>(script, patienceMs)
  return {
    size,
    explore: (seeds, options) =>
      workers.ask({ seeds, options }).catch((error) => lost(seeds, options, error)),
    close: workers.close,
  }
}

/** Nobody knows which of them it was. */
function lost(seeds: readonly number[], options: DrawOptions, error: unknown): Tally {
  const story = `its thread was lost while it explored ${seeds.join(', ')}: ${error}`
  return seeds
    .map((seed) => tallyFailure(drawPlan(seed, options), 'simulation-error', story))
    .reduce(sum, nothingYet)
}
