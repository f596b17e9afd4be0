import type { Load } from '@keyrace/contracts'
import type { Clock, Random } from '@keyrace/environment'
import { arrivals } from './arrivals/index.ts'
import { runClosedLoop } from './closed-loop.ts'
import { runSchedule, type ScheduleReport } from './schedule.ts'

export interface LoadRun {
  readonly clock: Clock
  readonly random: Random
  /** Names the arrivals: the same random and stream give the same. */
  readonly stream: string
  readonly count: number
  /** Starts one task, which must not reject. `intendedAt` is the clock's time at which it was due. */
  start(index: number, intendedAt: number): Promise<void>
  /** Starts no more; what is under way goes on to its end. */
  readonly signal?: AbortSignal
}

export interface LoadReport extends ScheduleReport {
  /** Until the last task ended; with open arrivals at least the time over which they were spread. */
  readonly tookMs: number
}

/** A system that stands still is not buried: further arrivals wait, and count as late. */
const maxInFlight = 64

/** Starts `count` tasks in the way that the plan says, and ends with the last of them. */
export async function runLoad(load: Load, run: LoadRun): Promise<LoadReport> {
  const { clock, count } = run
  const startedAt = clock.now()
  if (load.kind === 'closed') {
    const report = await runClosedLoop({ ...run, clients: load.clients })
    return { ...report, tookMs: clock.now() - startedAt }
  }
  const durationMs = (count / load.ratePerSecond) * 1000
  const offsets = arrivals[load.arrivals](count, durationMs, run.random, run.stream)
  const report = await runSchedule({ ...run, offsets, maxInFlight })
  return { ...report, tookMs: Math.max(clock.now() - startedAt, durationMs) }
}
