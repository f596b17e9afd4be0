import { createRandom, uniform } from '@keyrace/environment'
import { median, standardDeviation, tTestTwoSample } from 'simple-statistics'
import { describe, expect, test } from 'vitest'
import { assumedSpread, detectable } from './power.ts'
import { compareRatios } from './ratio-comparison.ts'

// How often is the method wrong where the truth is known? Pushes are simulated on a machine that
// drifts.

const random = createRandom(4711)
type Draw = () => number

describe('two identical arms, in ten pairs of blocks', () => {
  const comparisons = trials(400, (draw) => comparePairs(draw, { pairs: 10, truth: 1 }))

  test('are hardly ever called better or worse', () => {
    const wrong = share(comparisons, ({ verdict }) => verdict === 'better' || verdict === 'worse')
    expect(wrong).toBeLessThanOrEqual(0.01)
  })

  test('have an interval that misses the truth about as often as one in twenty', () => {
    const missed = share(comparisons, isApartFromOne)
    expect(missed).toBeGreaterThan(0.02)
    expect(missed).toBeLessThanOrEqual(0.08)
  })

  test('differ by the sign-flip test about as often as one in twenty', () => {
    const found = share(comparisons, ({ p }) => p !== null && p < 0.05)
    expect(found).toBeGreaterThan(0.02)
    expect(found).toBeLessThanOrEqual(0.08)
  })

  test('have log-ratios that spread as a plan assumes', () => {
    const ofMeans = standardDeviation(comparisons.map(({ ratio }) => Math.log(ratio ?? Number.NaN)))
    const spread = ofMeans * Math.sqrt(10)
    expect(spread).toBeGreaterThan(0.9 * assumedSpread)
    expect(spread).toBeLessThan(1.1 * assumedSpread)
  })

  // Why pairs are interleaved, and why a block counts once: the same pushes, otherwise judged.
  test('often seem to differ when one runs after the other and every push counts', () => {
    const found = trials(200, (draw) => {
      const blocks = runBlocks(draw, new Array<number>(20).fill(1))
      const logTimes = blocks.map((block) => block.map(Math.log))
      const t = tTestTwoSample(logTimes.slice(0, 10).flat(), logTimes.slice(10).flat())
      return Math.abs(t ?? 0) > 1.96
    })
    expect(share(found, (isFound) => isFound)).toBeGreaterThan(0.2)
  })
})

describe('a true difference', () => {
  test('of 30 % is called worse after 20 pairs', () => {
    const comparisons = trials(100, (draw) => comparePairs(draw, { pairs: 20, truth: 1.3 }))
    const caught = share(comparisons, ({ verdict }) => verdict === 'worse')
    expect(caught).toBeGreaterThanOrEqual(0.9)
  })

  test('of nothing is proven equivalent after 20 pairs', () => {
    const comparisons = trials(100, (draw) => comparePairs(draw, { pairs: 20, truth: 1 }))
    const proven = share(comparisons, ({ verdict }) => verdict === 'equivalent')
    expect(proven).toBeGreaterThanOrEqual(0.9)
  })

  test('that a plan calls detectable is found in about four runs of five', () => {
    const truth = detectable(10) ?? Number.NaN
    const comparisons = trials(200, (draw) => comparePairs(draw, { pairs: 10, truth }))
    const found = share(comparisons, isApartFromOne)
    expect(found).toBeGreaterThan(0.7)
    expect(found).toBeLessThan(0.9)
  })
})

function trials<T>(count: number, run: (draw: Draw) => T): T[] {
  return Array.from({ length: count }, (_, trial) => {
    let hop = 0
    return run(() => uniform(random, 0, 1, 'trial', String(trial), hop++))
  })
}

function share<T>(of: readonly T[], holds: (one: T) => boolean): number {
  return of.filter(holds).length / of.length
}

function isApartFromOne({ ci95 }: ReturnType<typeof compareRatios>): boolean {
  return ci95 !== null && (ci95[0] > 1 || ci95[1] < 1)
}

/** Blocks in the order ABBA ABBA …, where a push of A takes `truth` times as long as one of B. */
function comparePairs(draw: Draw, { pairs, truth }: { pairs: number; truth: number }) {
  const order = Array.from({ length: pairs }, (_, i) => (i % 2 === 0 ? [truth, 1] : [1, truth]))
  const medians = runBlocks(draw, order.flat()).map((block) => median(block))
  const measured = order.map((_, i) => {
    const [first = Number.NaN, second = Number.NaN] = medians.slice(2 * i, 2 * i + 2)
    return i % 2 === 0 ? { a: first, b: second } : { a: second, b: first }
  })
  return compareRatios(measured, { margin: 0.1, random })
}

/**
 * Push times: log-normal, one in a hundred stalled, at a speed that drifts by 10 % and rarely
 * all at once.
 */
function runBlocks(draw: Draw, slowness: readonly number[]): number[][] {
  let drift = 0.1 * normal(draw)
  return slowness.map((factor) => {
    drift = 0.9 * drift + 0.1 * Math.sqrt(1 - 0.9 ** 2) * normal(draw)
    return Array.from({ length: 50 }, () => {
      const stall = draw() < 0.01 ? 3 + 2 * draw() : 1
      return factor * stall * Math.exp(drift + 0.35 * normal(draw))
    })
  })
}

function normal(draw: Draw): number {
  return Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw())
}
