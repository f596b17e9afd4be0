import { leastInteger } from './least-integer.ts'
import { tQuantile } from './student-t.ts'

/**
 * The standard deviation of a pair's log-ratio, as long as none was measured: of the medians of
 * blocks of 50 pushes on a shared machine. Ten pairs then give an interval of ± 6.8 %. Fewer
 * pushes a block spread more.
 */
export const assumedSpread = 0.095

/** No plan asks for more. */
const mostPairs = 1000

/**
 * The smallest ratio above 1 that so many pairs tell from 1 in four runs of five; null below two
 * pairs. To be told from a margin m, and so called worse, a ratio has to be 1 + m times as large.
 */
export function detectable(pairs: number, spread = assumedSpread): number | null {
  return pairs < 2 ? null : Math.exp(detectableLog(pairs, spread))
}

/**
 * The fewest pairs that tell a ratio (1.1 or 1 / 1.1: a difference of 10 %) from 1 in four runs
 * of five; null if 1000 pairs would not do.
 */
export function pairsToDetect(ratio: number, spread = assumedSpread): number | null {
  const effect = Math.abs(Math.log(ratio))
  return leastInteger(2, mostPairs, (pairs) => detectableLog(pairs, spread) <= effect) ?? null
}

// A 95 % interval, two-sided, and a power of 80 %.
function detectableLog(pairs: number, spread: number): number {
  const errors = tQuantile(0.975, pairs - 1) + tQuantile(0.8, pairs - 1)
  return (errors * spread) / Math.sqrt(pairs)
}
