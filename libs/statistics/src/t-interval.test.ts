import fc from 'fast-check'
import { mean, sampleStandardDeviation } from 'simple-statistics'
import { describe, expect, test } from 'vitest'
import { tQuantile } from './student-t.ts'
import { tInterval } from './t-interval.ts'

describe('a t interval', () => {
  // Student's own data, 1908: t.test(sleep$extra[11:20] - sleep$extra[1:10]) in R
  const sleep = [1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4]

  test('is what R says', () => {
    expect(tInterval(sleep)).toEqual({
      mean: expect.closeTo(1.58, 6),
      low: expect.closeTo(0.7001142, 6),
      high: expect.closeTo(2.4598858, 6),
    })
  })

  test('is wider at a higher level', () => {
    expect(tInterval(sleep, 0.99)?.low).toBeLessThan(tInterval(sleep)?.low ?? Number.NaN)
  })

  test.each([[[]], [[1]]])('of %j does not exist', (values) => {
    expect(tInterval(values)).toBeUndefined()
  })

  test('of values that do not spread is a point', () => {
    expect(tInterval([2, 2, 2])).toEqual({ mean: 2, low: 2, high: 2 })
  })

  test('agrees with the moments of simple-statistics on any sample', () => {
    const samples = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 60 })
    fc.assert(
      fc.property(samples, (values) => {
        const { low, high } = tInterval(values) ?? { low: Number.NaN, high: Number.NaN }
        const error = sampleStandardDeviation(values) / Math.sqrt(values.length)
        expect((low + high) / 2).toBeCloseTo(mean(values), 6)
        expect((high - low) / 2).toBeCloseTo(tQuantile(0.975, values.length - 1) * error, 6)
      }),
    )
  })
})
