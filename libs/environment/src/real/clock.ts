import type { Clock } from '../clock.ts'

const longestTimerMs = 2 ** 31 - 1

/** CLOCK_MONOTONIC, the same origin for every process of the host. */
export const realClock: Clock = {
  now: () => Number(process.hrtime.bigint()) / 1e6,
  wall: () => Date.now(),
  timer(delayMs, callback) {
    // Node drops the fraction, and a timer must not be early.
    const wholeMs = Math.ceil(Math.max(delayMs, 0))
    const timer = setTimeout(callback, Math.min(wholeMs, longestTimerMs))
    return () => clearTimeout(timer)
  },
}
