import { availableParallelism } from 'node:os'
import type { MutantOutcome } from '@keyrace/contracts'
import type { HuntOptions } from '../mutants/hunt.ts'
import type { HunterPool } from '../mutants/prove.ts'
import { startWorkers } from './workers.ts'

export interface HuntRequest {
  readonly id: string
  readonly options: HuntOptions
}

/** Many worlds, one after the other. */
const patienceMs = 3_600_000

/** A thread for each core. */
export function startHunterPool(size = availableParallelism()): HunterPool {
  const script = new URL('./hunter-thread.ts', import.meta.url)
  const workers = startWorkers<HuntRequest, MutantOutcome>(script, patienceMs)
  return {
    size,
    hunt: (id, options) => workers.ask({ id, options }),
    close: workers.close,
  }
}
