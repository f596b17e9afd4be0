import { type Clock, sleep } from '@keyrace/environment'

/** Between two, however long the first one took: a slow neighbour is not asked in a loop. */
const shortestPauseMs = 1

/** Works on an interval, from begin to begin and one at a time, until the signal. The last time was begun at `since`. */
export async function repeat(
  options: {
    readonly clock: Clock
    readonly intervalMs: number
    readonly since: number
    readonly signal: AbortSignal
  },
  work: () => Promise<unknown>,
): Promise<void> {
  const { clock, intervalMs, signal } = options
  let { since } = options
  while (!signal.aborted) {
    await sleep(clock, Math.max(since + intervalMs - clock.now(), shortestPauseMs), signal)
    if (signal.aborted) return
    since = clock.now()
    await work()
  }
}
