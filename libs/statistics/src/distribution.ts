import type { Distribution } from '@keyrace/contracts'
import { quantile } from './quantile.ts'

/** Count, exact quantiles and maximum of a sample in any order. */
export function distribution(values: Iterable<number>): Distribution {
  const sorted = Float64Array.from(values).sort()
  return {
    count: sorted.length,
    p50: quantile(sorted, 0.5),
    p90: quantile(sorted, 0.9),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
    max: quantile(sorted, 1),
  }
}
