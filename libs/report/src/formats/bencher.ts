import { quantileInterval } from '@keyrace/statistics'
import type { RunRecord } from '../record.ts'
import { type TimedPushes, timedName, timedPushes } from '../timed-samples.ts'
import { judgedArms } from '../verdict.ts'

interface Measure {
  readonly value: number
  readonly lower_value?: number
  readonly upper_value?: number
}

/** The Bencher Metric Format. Its built-in measure `latency` is in nanoseconds, and here the median. */
export function bencherMetrics(record: RunRecord): string {
  const { run } = record
  const benchmarks = [
    ...timedPushes(record).map((timed) => [
      `${run.scenario} / ${timedName(timed)}`,
      latencies(timed),
    ]),
    ...judgedArms(run).map(({ name, correctness }) => [
      `${run.scenario} / ${name}`,
      {
        'stale-admissions': { value: correctness.staleAdmissions },
        'stale-accepts': { value: correctness.staleAccepts },
      },
    ]),
  ]
  return `${JSON.stringify(Object.fromEntries(benchmarks), null, 2)}\n`
}

function latencies(timed: TimedPushes): Record<string, Measure> {
  const measures = {
    latency: measure(timed, 'p50', 0.5),
    'latency-p95': measure(timed, 'p95', 0.95),
    'latency-p99': measure(timed, 'p99', 0.99),
  }
  return Object.fromEntries(
    Object.entries(measures).flatMap(([slug, one]) => (one ? [[slug, one]] : [])),
  )
}

function measure(
  { latencyMs, responsesMs }: TimedPushes,
  name: 'p50' | 'p95' | 'p99',
  q: number,
): Measure | undefined {
  const value = latencyMs.response[name]
  // Without one there were too few samples for this quantile.
  const interval = quantileInterval(responsesMs, q)
  if (value === null || interval === null) return undefined
  const [lower, upper] = interval
  return { value: ns(value), lower_value: ns(lower), upper_value: ns(upper) }
}

function ns(ms: number): number {
  return Math.round(ms * 1e6)
}
