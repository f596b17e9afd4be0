/**
 * The 95 % interval of the q-quantile, 0 < q < 1, of what independent samples (in any order)
 * were drawn from, whatever its shape. Its ends are samples. Null where there are too few for
 * one: the median needs 6, p90 36, p95 72 and p99 368.
 */
export function quantileInterval(samples: Iterable<number>, q: number): [number, number] | null {
  const sorted = Float64Array.from(samples).sort()
  const [low, high] = ranks(sorted.length, q).map((rank) => sorted[rank - 1])
  return low === undefined || high === undefined ? null : [low, high]
}

/**
 * Ranks from 1, 0 for none. How many samples lie below the true quantile is binomial: each rank is
 * the innermost that the quantile lies beyond with a chance of no more than 2.5 %.
 */
function ranks(count: number, q: number): [low: number, high: number] {
  let [low, high] = [0, 0]
  let below = 0
  // In logarithms, because (1 - q) ^ count is soon too small for a number.
  let logMass = count * Math.log1p(-q)
  for (let rank = 0; rank <= count; rank++) {
    if (below <= 0.025) low = rank
    if (1 - below <= 0.025 && high === 0) high = rank
    below += Math.exp(logMass)
    logMass += Math.log((count - rank) / (rank + 1)) + Math.log(q) - Math.log1p(-q)
  }
  return [low, high]
}
