import { createRandom } from '@keyrace/environment'
import { describe, expect, test } from 'vitest'
import { compareRatios, mostMorePairs } from './ratio-comparison.ts'

const options = { margin: 0.1, random: createRandom(1) }

describe('a comparison', () => {
  test('is of ratios within pairs, so that a drift of the whole machine leaves it alone', () => {
    const drift = [1, 1.5, 3, 2]
    const pairs = drift.map((factor, i) => ({ a: factor * (i % 2 ? 120 : 125), b: factor * 100 }))
    expect(compareRatios(pairs, options)).toEqual({
      pairs: 4,
      ratio: expect.closeTo(Math.sqrt(1.2 * 1.25), 10),
      ci95: [expect.closeTo(1.1793, 3), expect.closeTo(1.2719, 3)],
      p: 2 / 16,
      difference: {
        mean: expect.closeTo((25 + 30 + 75 + 40) / 4, 10),
        ci95: [expect.any(Number), expect.any(Number)],
      },
      winShare: 0,
      verdict: 'worse',
      morePairs: null,
    })
  })

  test('the other way round is the same ratio turned over', () => {
    const pairs = pairsOf([1.2, 1.3, 1.25])
    const forth = compareRatios(pairs, options)
    const back = compareRatios(
      pairs.map(({ a, b }) => ({ a: b, b: a })),
      options,
    )
    expect(back.ratio).toBeCloseTo(1 / (forth.ratio ?? 0), 10)
    expect([forth.verdict, back.verdict]).toEqual(['worse', 'better'])
    expect([forth.winShare, back.winShare]).toEqual([0, 1])
  })

  test.each([
    ['wholly above the margin', [1.2, 1.21, 1.19], 'worse'],
    ['wholly below it', [0.8, 0.81, 0.79], 'better'],
    ['within it', [1.01, 0.99, 1.02], 'equivalent'],
    ['within it, and apart from 1', [1.05, 1.051, 1.049], 'equivalent'],
    ['apart from 1, and over the margin', [1.08, 1.12, 1.14], 'inconclusive'],
    ['below 1, and over 1 / 1.1', [0.88, 0.91, 0.95], 'inconclusive'],
    ['over both margins', [0.7, 1, 1.4], 'inconclusive'],
    ['at 0.9, which is below 1 / 1.1,', [0.9, 0.9, 0.9], 'better'],
  ])('whose interval lies %s is called so', (_, ratios, verdict) => {
    expect(compareRatios(pairsOf(ratios), options).verdict).toBe(verdict)
  })

  test.each([[[]], [[1.5]]])('of the ratios %j says nothing', (ratios) => {
    expect(compareRatios(pairsOf(ratios), options)).toEqual({
      pairs: ratios.length,
      ratio: null,
      ci95: null,
      p: null,
      difference: null,
      winShare: null,
      verdict: 'inconclusive',
      morePairs: null,
    })
  })

  test.each([
    [0, 1],
    [1, 0],
    [-1, 1],
    [Number.NaN, 1],
  ])('of %d with %d is refused, for it would be inconclusive for ever', (a, b) => {
    expect(() => compareRatios([{ a, b }], options)).toThrow('no ratio')
  })
})

describe('how many more pairs', () => {
  test.each([
    ['above the margin', [1.1, 1.3]],
    ['inside it', [0.85, 1.15]],
  ])('are enough if the estimate, %s, and the spread stay', (_, cycle) => {
    const { verdict, morePairs } = compareRatios(repeat(cycle, 4), options)
    expect(verdict).toBe('inconclusive')
    const enough = compareRatios(repeat(cycle, 4 + (morePairs ?? 0)), options)
    expect(enough.verdict).not.toBe('inconclusive')
    // A few pairs less would not do: the spread itself is a little larger in few pairs.
    const tooFew = compareRatios(repeat(cycle, 4 + (morePairs ?? 0) - 8), options)
    expect(tooFew.verdict).toBe('inconclusive')
  })

  test('end at a bound where the estimate sits on the margin', () => {
    const pairs = pairsOf([1.1 * 1.2, 1.1 / 1.2])
    expect(compareRatios(pairs, options).morePairs).toBe(mostMorePairs)
  })
})

function pairsOf(ratios: readonly number[]) {
  return ratios.map((ratio) => ({ a: 100 * ratio, b: 100 }))
}

function repeat(ratios: readonly number[], count: number) {
  return pairsOf(Array.from({ length: count }, (_, i) => ratios[i % ratios.length] ?? Number.NaN))
}
