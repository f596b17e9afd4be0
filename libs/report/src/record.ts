import type { HistoryEvent, Plan, Run, Sample } from '@keyrace/contracts'

/** Everything that a run leaves behind; the reports are derived from it. */
export interface RunRecord {
  readonly run: Run
  readonly plan: Plan
  readonly samples: readonly Sample[]
  readonly history: readonly HistoryEvent[]
}

/** The files of a run's folder that hold its record. */
export const recordFiles = {
  run: 'run.json',
  plan: 'plan.json',
  samples: 'samples.ndjson.gz',
  history: 'history.ndjson.gz',
} as const

/** The files of a run's folder that are derived from its record. */
export const reportFiles = {
  summary: 'summary.md',
  page: 'report.html',
  junit: 'junit.xml',
  benchmark: 'github-benchmark.json',
} as const

/** The files of a played world's folder that a run does not have. */
export const worldFiles = {
  trace: 'trace.ndjson.gz',
  replay: 'replay.json',
} as const
