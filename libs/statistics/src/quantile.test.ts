import fc from 'fast-check'
import { quantileSorted } from 'simple-statistics'
import { describe, expect, test } from 'vitest'
import { quantile } from './quantile.ts'

const ascending = fc
  .array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 200 })
  .map((values) => values.sort((a, b) => a - b))
const probability = fc.double({ min: 0, max: 1, noNaN: true })

describe('a quantile', () => {
  // quantile(c(1, 2, 4, 8, 16), p, type = 7) in R
  test.each([
    [0, 1],
    [0.25, 2],
    [0.5, 4],
    [0.9, 12.8],
    [0.95, 14.4],
    [0.99, 15.68],
    [1, 16],
  ])('at %d of five values is what R says', (p, expected) => {
    expect(quantile([1, 2, 4, 8, 16], p)).toBeCloseTo(expected, 10)
  })

  test('of nothing is null, not a number', () => {
    expect(quantile([], 0.5)).toBeNull()
  })

  test('agrees with simple-statistics on any sample', () => {
    fc.assert(
      fc.property(ascending, probability, (sorted, p) => {
        expect(quantile(sorted, p)).toBeCloseTo(quantileSorted(sorted, p), 6)
      }),
    )
  })

  test('never leaves the sample, and never falls as p grows', () => {
    fc.assert(
      fc.property(ascending, probability, probability, (sorted, p, q) => {
        const [lower, upper] = [quantile(sorted, Math.min(p, q)), quantile(sorted, Math.max(p, q))]
        expect(lower).toBeGreaterThanOrEqual(sorted[0] ?? Number.NaN)
        expect((upper ?? Number.NaN) + 1e-9).toBeGreaterThanOrEqual(lower ?? Number.NaN)
        expect(upper).toBeLessThanOrEqual((sorted.at(-1) ?? Number.NaN) + 1e-9)
      }),
    )
  })
})
