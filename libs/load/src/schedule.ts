import { type Clock, sleep } from '@keyrace/environment'

export interface Schedule {
  readonly clock: Clock
  /** Ascending, in milliseconds from now. */
  readonly offsets: readonly number[]
  readonly maxInFlight: number
  /** Starts one task, which must not reject. `intendedAt` is the clock's time at which it was due. */
  start(index: number, intendedAt: number): Promise<void>
  /** Starts no more; what is under way goes on to its end. */
  readonly signal?: AbortSignal
}

export interface ScheduleReport {
  /** How late each started task was, in milliseconds: a fault of the generator, not of the system. */
  readonly lagsMs: readonly number[]
  /** Tasks that had to wait because too many were under way. They were started late, not dropped. */
  readonly heldBack: number
}

/** An open workload: tasks start when they are due, whatever became of those before. Ends with the last. */
export async function runSchedule(schedule: Schedule): Promise<ScheduleReport> {
  const { clock, offsets, maxInFlight, start, signal } = schedule
  const startedAt = clock.now()
  const inFlight = new Set<Promise<void>>()
  const lagsMs: number[] = []
  let heldBack = 0
  for (const [index, offset] of offsets.entries()) {
    const intendedAt = startedAt + offset
    await until(clock, intendedAt, signal)
    if (inFlight.size >= maxInFlight) {
      heldBack++
      await Promise.race(inFlight)
    }
    if (signal?.aborted) break
    lagsMs.push(clock.now() - intendedAt)
    const task = start(index, intendedAt).finally(() => inFlight.delete(task))
    inFlight.add(task)
  }
  await Promise.all(inFlight)
  return { lagsMs, heldBack }
}

/** Real timers count whole milliseconds and may fire a fraction early; nothing starts before it is due. */
async function until(clock: Clock, time: number, signal?: AbortSignal): Promise<void> {
  while (clock.now() < time && !signal?.aborted) await sleep(clock, time - clock.now(), signal)
}
