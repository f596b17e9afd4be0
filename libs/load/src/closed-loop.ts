import type { Clock } from '@keyrace/environment'
import type { ScheduleReport } from './schedule.ts'

export interface ClosedLoop {
  readonly clock: Clock
  /** People at work at the same time. */
  readonly clients: number
  /** Tasks in total. */
  readonly count: number
  /** Starts one task, which must not reject. It was due when somebody had time for it: now. */
  start(index: number, intendedAt: number): Promise<void>
  /** Starts no more; what is under way goes on to its end. */
  readonly signal?: AbortSignal
}

/**
 * A closed workload: each person starts a task as soon as their last one has ended, so that a slow system
 * is asked less. Nothing is late or held back in it.
 */
export async function runClosedLoop(loop: ClosedLoop): Promise<ScheduleReport> {
  const { clock, clients, count, start, signal } = loop
  let started = 0
  await Promise.all(Array.from({ length: clients }, work))
  return { lagsMs: Array(started).fill(0), heldBack: 0 }

  async function work() {
    while (started < count && !signal?.aborted) await start(started++, clock.now())
  }
}
