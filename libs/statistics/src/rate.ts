// The 97.5 % quantile of the normal distribution.
const z = 1.959964

/**
 * The 95 % interval (Wilson's score interval) of a rate of which n trials showed so many
 * successes.
 */
export function wilson(successes: number, n: number): [number, number] {
  if (n === 0) return [0, 1]
  const rate = successes / n
  const centre = rate + z ** 2 / (2 * n)
  const reach = z * Math.sqrt((rate * (1 - rate)) / n + (z / (2 * n)) ** 2)
  const scale = 1 + z ** 2 / n
  return [Math.max(0, (centre - reach) / scale), Math.min(1, (centre + reach) / scale)]
}

/** What a rate is below, with 95 % confidence, of which n trials showed nothing at all. */
export function ruleOfThree(n: number): number {
  return Math.min(1, 3 / n)
}
