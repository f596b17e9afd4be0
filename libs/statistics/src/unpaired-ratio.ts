import { judgeByMargin, type MarginVerdict } from './margin-verdict.ts'
import { mean, standardDeviation } from './moments.ts'
import { tQuantile } from './student-t.ts'

export interface UnpairedRatio {
  readonly ratio: number | null
  readonly ci95: [number, number] | null
  readonly verdict: MarginVerdict
}

/**
 * Compares a with b, where less is better and nothing joins a value of the one to a value of the other:
 * the ratio of their geometric means, with Welch's t interval over the logarithms. Values are above 0;
 * below two on either side everything is null and inconclusive.
 */
export function compareUnpaired(
  a: readonly number[],
  b: readonly number[],
  { margin }: { readonly margin: number },
): UnpairedRatio {
  if (Math.min(a.length, b.length) < 2) return { ratio: null, ci95: null, verdict: 'inconclusive' }
  const [logA, logB] = [a.map(Math.log), b.map(Math.log)]
  const effect = mean(logA) - mean(logB)
  const reach = welchReach(logA, logB)
  const [low, high] = [effect - reach, effect + reach]
  return {
    ratio: Math.exp(effect),
    ci95: [Math.exp(low), Math.exp(high)],
    verdict: judgeByMargin({ low, high }, Math.log1p(margin)),
  }
}

/** Half the width of the 95 % interval of a difference of means whose spreads may differ. */
function welchReach(a: readonly number[], b: readonly number[]): number {
  const [partA, partB] = [squaredError(a), squaredError(b)]
  const total = partA + partB
  if (total === 0) return 0
  const degrees = total ** 2 / (partA ** 2 / (a.length - 1) + partB ** 2 / (b.length - 1))
  // The quantile takes whole degrees; fewer of them make the interval wider, never narrower.
  return tQuantile(0.975, Math.max(1, Math.floor(degrees))) * Math.sqrt(total)
}

function squaredError(values: readonly number[]): number {
  return standardDeviation(values) ** 2 / values.length
}
