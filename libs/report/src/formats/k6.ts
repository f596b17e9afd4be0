import type { ArmResult, Distribution, Run } from '@keyrace/contracts'
import type { RunRecord } from '../record.ts'
import { type TimedPushes, timedPushes } from '../timed-samples.ts'
import { judgedArms } from '../verdict.ts'

/** The data that k6 hands to `handleSummary`, for the many tools that read it. */
export function k6Summary(record: RunRecord): string {
  const { run } = record
  const summary = {
    root_group: {
      name: '',
      path: '',
      id: '',
      groups: [],
      checks: judgedArms(run).map(check),
    },
    options: {
      summaryTrendStats: ['avg', 'min', 'med', 'max', 'p(90)', 'p(95)', 'p(99)'],
      summaryTimeUnit: 'ms',
      noColor: true,
    },
    state: { testRunDurationMs: run.durationMs, isStdOutTTY: false, isStdErrTTY: false },
    metrics: Object.fromEntries([
      ...timedPushes(record).map((timed) => trend(timed, run)),
      ...judgedArms(run).flatMap((arm) => counters(arm, run)),
    ]),
  }
  return `${JSON.stringify(summary, null, 2)}\n`
}

/** Held where no invariant is broken: a check of k6 is so many passes and so many fails. */
function check({ name, races, correctness }: ArmResult) {
  const title = `${name} keeps its claim`
  const fails = Object.values(correctness.violations).reduce((sum, times) => sum + times, 0)
  return { name: title, path: `::${title}`, id: '', passes: races.held, fails }
}

function trend(timed: TimedPushes, run: Run) {
  const { arm, serviceTimeMs, latencyMs, responsesMs } = timed
  const isJudged = serviceTimeMs === run.topology.serviceTimeMs
  const metric = {
    type: 'trend',
    contains: 'time',
    values: trendValues(latencyMs.response, responsesMs),
    ...(isJudged ? thresholds(run, arm, /^(p\(\d+\)|max)/) : {}),
  }
  return [`push_response{arm:${arm.name},service_time:${serviceTimeMs}}`, metric] as const
}

function trendValues({ p50, p90, p95, p99, max }: Distribution, ms: readonly number[]) {
  return {
    avg: ms.length === 0 ? null : ms.reduce((sum, one) => sum + one, 0) / ms.length,
    min: ms.length === 0 ? null : ms.reduce((least, one) => Math.min(least, one)),
    med: p50,
    max,
    'p(90)': p90,
    'p(95)': p95,
    'p(99)': p99,
  }
}

function counters(arm: ArmResult, run: Run) {
  const { pushes, correctness, controller } = arm
  const counter = (count: number) => ({
    type: 'counter',
    contains: 'default',
    values: { count, rate: count / (run.durationMs / 1_000) },
  })
  const requests = controller.authorizationRequestsPerWarmPush
  const metrics = {
    pushes: counter(pushes.attempted),
    stale_admissions: {
      ...counter(correctness.staleAdmissions),
      ...thresholds(run, arm, /^staleAdmissions/, 'count'),
    },
    stale_accepts: {
      ...counter(correctness.staleAccepts),
      ...thresholds(run, arm, /^staleAccepts/, 'count'),
    },
    requests_per_push: {
      type: 'gauge',
      contains: 'default',
      values: { value: requests, min: requests, max: requests },
      ...thresholds(run, arm, /^requestsPerPush/, 'value'),
    },
  }
  return Object.entries(metrics).map(([name, metric]) => [`${name}{arm:${arm.name}}`, metric])
}

/** Those of an arm that are about one metric, as k6 would have put them: `p(95)<250`, `count<1`. */
function thresholds(run: Run, { name }: ArmResult, figure: RegExp, statistic?: string) {
  const judged = run.thresholds.flatMap(({ expression, ok }) => {
    if (!expression.startsWith(`${name}:`)) return []
    const own = expression.slice(name.length + 1)
    return figure.test(own) ? [[own.replace(figure, statistic ?? '$1'), { ok }]] : []
  })
  return judged.length === 0 ? {} : { thresholds: Object.fromEntries(judged) }
}
