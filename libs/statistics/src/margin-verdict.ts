import type { ComparisonVerdict } from '@keyrace/contracts'

/** What an interval alone can say; `unproven` is for those who know the controls too. */
export type MarginVerdict = Exclude<ComparisonVerdict, 'unproven'>

/** Where less is better: does the interval of a log-ratio lie beyond the margin, within it, or neither? */
export function judgeByMargin(
  { low, high }: { readonly low: number; readonly high: number },
  logMargin: number,
): MarginVerdict {
  if (high < -logMargin) return 'better'
  if (low > logMargin) return 'worse'
  if (low >= -logMargin && high <= logMargin) return 'equivalent'
  return 'inconclusive'
}
