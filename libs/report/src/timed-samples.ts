import { isTimed, type Run, type Sample } from '@keyrace/contracts'
import type { RunRecord } from './record.ts'
import { judgedArms } from './verdict.ts'

/** The timed pushes of one arm at one service time. */
export interface TimedPushes {
  readonly arm: Run['arms'][number]
  readonly serviceTimeMs: number
  readonly latencyMs: Run['arms'][number]['latencyMs']
  /** Response times of those that were accepted, in ms, without what subtraction leaves behind a nanosecond. */
  readonly responsesMs: readonly number[]
}

/** By arm, then by service time; those without a timed push are left out. */
export function timedPushes({ run, samples }: RunRecord): TimedPushes[] {
  return judgedArms(run).flatMap((arm) =>
    arm.byServiceTime
      .filter(({ latencyMs }) => latencyMs.response.count > 0)
      .map(({ serviceTimeMs, latencyMs }) => ({
        arm,
        serviceTimeMs,
        latencyMs,
        responsesMs: samples
          .filter((sample) => isOf(sample, arm.name, serviceTimeMs))
          .map(({ intendedAt, doneAt }) => Number((doneAt - intendedAt).toFixed(6))),
      })),
  )
}

function isOf(sample: Sample, arm: string, serviceTimeMs: number): boolean {
  return isTimed(sample) && sample.arm === arm && sample.serviceTimeMs === serviceTimeMs
}

/** `poll @ 0.3 ms`: stands in other tools' files, and so never changes. */
export function timedName({
  arm,
  serviceTimeMs,
}: Pick<TimedPushes, 'arm' | 'serviceTimeMs'>): string {
  return `${arm.name} @ ${serviceTimeMs} ms`
}
