import { quantile } from '@keyrace/statistics'
import type { RunRecord } from '../record.ts'
import { type TimedPushes, timedName, timedPushes } from '../timed-samples.ts'

/** What `hyperfine --export-json` writes, so that its scripts read it: one result an arm and service time, in seconds. */
export function hyperfineResults(record: RunRecord): string {
  const results = timedPushes(record)
    .filter(({ responsesMs }) => responsesMs.length > 0)
    .map(result)
  return `${JSON.stringify({ results }, null, 2)}\n`
}

function result(timed: TimedPushes) {
  const times = timed.responsesMs.map((ms) => ms / 1_000)
  const sorted = times.toSorted((a, b) => a - b)
  const mean = average(times)
  return {
    command: timedName(timed),
    mean,
    stddev: times.length < 2 ? null : deviation(times, mean),
    median: quantile(sorted, 0.5),
    // Nobody measured them; readers of the format want a number.
    user: 0,
    system: 0,
    min: sorted[0],
    max: sorted.at(-1),
    times,
    exit_codes: times.map(() => 0),
    parameters: { strategy: timed.arm.name, service_time_ms: String(timed.serviceTimeMs) },
  }
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function deviation(values: readonly number[], mean: number): number {
  const squares = values.map((value) => (value - mean) ** 2)
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / (values.length - 1))
}
