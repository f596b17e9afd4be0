import type { Comparison } from '@keyrace/contracts'
import type { Random } from '@keyrace/environment'
import { leastInteger } from './least-integer.ts'
import { judgeByMargin, type MarginVerdict } from './margin-verdict.ts'
import { standardDeviation } from './moments.ts'
import { signFlip } from './sign-flip.ts'
import { halfWidth, tInterval } from './t-interval.ts'

/** What two arms measured in blocks that ran next to each other, such as median latencies in ms. */
export interface Pair {
  readonly a: number
  readonly b: number
}

/** What the pairs alone say. */
export interface RatioComparison
  extends Pick<
    Comparison,
    'pairs' | 'ratio' | 'ci95' | 'p' | 'difference' | 'winShare' | 'morePairs'
  > {
  readonly verdict: MarginVerdict
}

/** `morePairs` is never more: so many stand for "no number of pairs that anyone would run". */
export const mostMorePairs = 1000

/**
 * Compares a with b, where less is better. The ratio is the geometric mean of a / b over the
 * pairs, each of which counts once, however many pushes are behind it. A margin of 0.1 reaches
 * from 1 / 1.1 to 1.1. Below two pairs everything is null and inconclusive; a pair without a
 * finite ratio above 0 is the caller's mistake and throws.
 */
export function compareRatios(
  pairs: readonly Pair[],
  { margin, random }: { readonly margin: number; readonly random: Random },
): RatioComparison {
  const logRatios = pairs.map(logRatio)
  const effect = tInterval(logRatios)
  const difference = tInterval(pairs.map(({ a, b }) => a - b))
  if (effect === undefined || difference === undefined) return tooFew(pairs.length)
  const logMargin = Math.log1p(margin)
  const verdict = judgeByMargin(effect, logMargin)
  return {
    pairs: pairs.length,
    ratio: Math.exp(effect.mean),
    ci95: [Math.exp(effect.low), Math.exp(effect.high)],
    p: signFlip(logRatios, random),
    difference: { mean: difference.mean, ci95: [difference.low, difference.high] },
    winShare: pairs.filter(({ a, b }) => a < b).length / pairs.length,
    verdict,
    morePairs: verdict === 'inconclusive' ? morePairs(logRatios, effect.mean, logMargin) : null,
  }
}

function logRatio({ a, b }: Pair): number {
  const value = Math.log(a / b)
  if (!Number.isFinite(value)) throw new Error(`${a} and ${b} have no ratio to compare`)
  return value
}

function tooFew(pairs: number): RatioComparison {
  return {
    pairs,
    ratio: null,
    ci95: null,
    p: null,
    difference: null,
    winShare: null,
    verdict: 'inconclusive',
    morePairs: null,
  }
}

/**
 * Until the interval would no longer reach over the margin, if estimate and spread stay as they
 * are.
 */
function morePairs(logRatios: readonly number[], estimate: number, logMargin: number): number {
  const room = Math.abs(Math.abs(estimate) - logMargin)
  const spread = standardDeviation(logRatios)
  const suffices = (more: number) => halfWidth(logRatios.length + more, spread) <= room
  return leastInteger(1, mostMorePairs, suffices) ?? mostMorePairs
}
