import type { Curve } from '@keyrace/contracts'
import type { FixtureApp } from '@keyrace/load'
import { tInterval } from '@keyrace/statistics'

/** What is measured for a point, and where the point stands. */
export interface Subject {
  readonly x: number
  /** To which its owner pushes. */
  readonly app: FixtureApp
}

/**
 * A point of a curve from one value of each block, because what happens within one block is not independent:
 * their mean, and a t interval of it. `count` says over how many samples the blocks were taken.
 */
export function curvePoint(
  x: number,
  values: readonly number[],
  count: number,
): Curve['points'][number] {
  const interval = tInterval(values)
  if (interval === undefined) return { x, y: values[0] ?? null, ci95: null, count }
  return { x, y: interval.mean, ci95: [interval.low, interval.high], count }
}
