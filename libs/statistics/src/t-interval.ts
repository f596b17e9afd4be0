import { mean, standardDeviation } from './moments.ts'
import { tQuantile } from './student-t.ts'

/** A mean, and the interval that covers the true one as often as its level says. */
export interface TInterval {
  readonly mean: number
  readonly low: number
  readonly high: number
}

/** Student's t interval of the mean of independent values; undefined below two values. */
export function tInterval(values: readonly number[], level = 0.95): TInterval | undefined {
  if (values.length < 2) return undefined
  const centre = mean(values)
  const reach = halfWidth(values.length, standardDeviation(values), level)
  return { mean: centre, low: centre - reach, high: centre + reach }
}

/** How far the t interval of `count` values with this standard deviation reaches to either side. */
export function halfWidth(count: number, deviation: number, level = 0.95): number {
  return (tQuantile((1 + level) / 2, count - 1) * deviation) / Math.sqrt(count)
}
