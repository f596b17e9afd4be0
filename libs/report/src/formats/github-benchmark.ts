import type { ArmResult, Comparison, Run } from '@keyrace/contracts'
import { quantileInterval } from '@keyrace/statistics'
import { worstStalenessMs } from '../claimed.ts'
import type { RunRecord } from '../record.ts'
import { type TimedPushes, timedPushes } from '../timed-samples.ts'
import { judgedArms } from '../verdict.ts'

interface Benchmark {
  readonly name: string
  readonly unit: string
  readonly value: number
  /** The 95 % interval. */
  readonly range?: string
  readonly extra: string
}

/** github-action-benchmark's `customSmallerIsBetter`: figures of which less is better, under names that stay. */
export function githubBenchmark(record: RunRecord): string {
  const benchmarks = [
    ...timedPushes(record).flatMap((timed) => latencies(record.run, timed)),
    ...judgedArms(record.run).flatMap((arm) => counts(record.run, arm)),
  ]
  return `${JSON.stringify(benchmarks, null, 2)}\n`
}

const quantiles = { p50: 0.5, p95: 0.95, p99: 0.99 } as const

function latencies(run: Run, timed: TimedPushes): Benchmark[] {
  const { arm, serviceTimeMs, latencyMs, responsesMs } = timed
  return Object.entries(quantiles).flatMap(([quantile, q]) => {
    const value = latencyMs.response[quantile as keyof typeof quantiles]
    // Without one there were too few samples for this quantile.
    const interval = quantileInterval(responsesMs, q)
    if (value === null || interval === null) return []
    return {
      name: `${run.scenario} / ${arm.name} / response ${quantile} @ ${serviceTimeMs} ms`,
      unit: 'ms',
      value: rounded(value),
      range: `[${interval.map(rounded).join(', ')}]`,
      extra: lines(
        `n = ${latencyMs.response.count}`,
        ...run.comparisons
          .filter(
            (one) =>
              quantile === 'p50' && one.a === arm.name && one.serviceTimeMs === serviceTimeMs,
          )
          .map(compared),
      ),
    }
  })
}

function counts({ scenario }: Run, arm: ArmResult): Benchmark[] {
  const { correctness, controller, races, pushes } = arm
  const raced = lines(`${races.held} races held`, `verdict ${correctness.verdict}`)
  const figures: readonly (readonly [name: string, unit: string, number | null, extra: string])[] =
    [
      ['stale admissions', 'pushes', correctness.staleAdmissions, raced],
      ['stale accepts', 'pushes', correctness.staleAccepts, raced],
      ['worst staleness', 'ms', worstStalenessMs(arm), raced],
      [
        'authorization requests per warm push',
        'requests',
        controller.authorizationRequestsPerWarmPush,
        `n = ${pushes.attempted}`,
      ],
    ]
  return figures.flatMap(([name, unit, value, extra]) =>
    value === null
      ? []
      : [{ name: `${scenario} / ${arm.name} / ${name}`, unit, value: rounded(value), extra }],
  )
}

function compared({ b, ratio, verdict }: Comparison): string {
  return `${verdict}${ratio === null ? '' : `, ×${ratio.toFixed(2)} of ${b}`}`
}

function lines(...parts: readonly string[]): string {
  return parts.join('\n')
}

function rounded(value: number): number {
  return Number(value.toFixed(3))
}
