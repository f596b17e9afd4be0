import type { Clock } from '../clock.ts'

const longestTimerMs = 2 ** 31 - 1

/** CLOCK_MONOTONIC, the same origin for every process of the host. */
export const realClock: Clock = {
  now: () => Number(process.hrtime.bigint()) / 1e6,
  wall: () => Date.now(),
  timer(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(delayMs, 0), longestTimerMs))
    return () => clearTimeout(timer)
  },
}
