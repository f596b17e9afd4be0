/**
 * The p-quantile of an ascending sample, 0 ≤ p ≤ 1, by linear interpolation between its order statistics
 * (R's type 7, the definition of every quantile in keyrace); null where there is no sample.
 */
export function quantile(sorted: ArrayLike<number>, p: number): number | null {
  const position = (sorted.length - 1) * p
  const index = Math.floor(position)
  const below = sorted[index]
  if (below === undefined) return null
  const above = sorted[index + 1] ?? below
  return below + (position - index) * (above - below)
}
