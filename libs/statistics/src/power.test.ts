import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { detectable, pairsToDetect } from './power.ts'

describe('what a plan can detect', () => {
  test.each([
    [6, 1.145],
    [10, 1.099],
    [20, 1.064],
  ])('%d pairs, on a machine of the assumed spread: a ratio of %d', (pairs, ratio) => {
    expect(detectable(pairs)).toBeCloseTo(ratio, 2)
  })

  test.each([0, 1])('%d pairs: nothing', (pairs) => {
    expect(detectable(pairs)).toBeNull()
  })

  test('needs the fewest pairs that detect it, whether it is faster or slower', () => {
    fc.assert(
      fc.property(fc.double({ min: 1.01, max: 3, noNaN: true }), (ratio) => {
        const pairs = pairsToDetect(ratio)
        expect(pairsToDetect(1 / ratio)).toBe(pairs)
        expect(detectable(pairs ?? 0)).toBeLessThanOrEqual(ratio)
        expect(detectable((pairs ?? 0) - 1) ?? Infinity).toBeGreaterThan(ratio)
      }),
    )
  })

  test('needs more pairs where ratios spread more', () => {
    expect(pairsToDetect(1.1, 0.2)).toBeGreaterThan(pairsToDetect(1.1, 0.1) ?? Infinity)
  })

  test('is never no difference at all', () => {
    expect(pairsToDetect(1)).toBeNull()
  })
})
