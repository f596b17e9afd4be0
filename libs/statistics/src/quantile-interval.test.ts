import fc from 'fast-check'
import { binomialDistribution } from 'simple-statistics'
import { describe, expect, test } from 'vitest'
import { quantile } from './quantile.ts'
import { quantileInterval } from './quantile-interval.ts'

const oneTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1)

describe('the interval of a quantile', () => {
  test.each([
    [0.5, 6],
    [0.9, 36],
    [0.95, 72],
    [0.99, 368],
    [0.999, 3688],
    [0.01, 368],
  ])('%d exists from %d samples up', (q, least) => {
    expect(quantileInterval(oneTo(least - 1), q)).toBeNull()
    expect(quantileInterval(oneTo(least), q)).not.toBeNull()
  })

  // qbinom(0.025, n, 0.5) in R, and its mirror
  test.each([
    [6, [1, 6]],
    [10, [2, 9]],
    [20, [6, 15]],
    [50, [18, 33]],
    [100, [40, 61]],
  ])('0.5 of 1…%d, in any order, is %j', (count, expected) => {
    expect(quantileInterval(oneTo(count).reverse(), 0.5)).toEqual(expected)
  })

  test('leaves no more than 2.5 % on either side, and no rank nearer to it does', () => {
    const sample = fc.tuple(
      fc.integer({ min: 1, max: 300 }),
      fc.double({ min: 0.05, max: 0.95, noNaN: true }),
    )
    fc.assert(
      fc.property(sample, ([count, q]) => {
        const interval = quantileInterval(oneTo(count), q)
        fc.pre(interval !== null)
        const [low, high] = interval ?? []
        const below = (rank = 0) => sum((binomialDistribution(count, q) ?? []).slice(0, rank))
        expect(below(low)).toBeLessThanOrEqual(0.0251)
        expect(1 - below(high)).toBeLessThanOrEqual(0.0251)
        expect(below((low ?? 0) + 1)).toBeGreaterThan(0.0249)
        expect(1 - below((high ?? 0) - 1)).toBeGreaterThan(0.0249)
      }),
    )
  })

  test('holds the quantile of the sample, however many samples there are', () => {
    const sorted = oneTo(200_000)
    const [low, high] = quantileInterval(sorted, 0.99) ?? []
    const p99 = quantile(sorted, 0.99) ?? Number.NaN
    expect(low).toBeLessThan(p99)
    expect(high).toBeGreaterThan(p99)
    expect((high ?? 0) - (low ?? 0)).toBeLessThan(200)
  })
})

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
