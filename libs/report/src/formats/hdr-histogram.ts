import { build } from 'hdr-histogram-js'
import type { RunRecord } from '../record.ts'
import { type TimedPushes, timedName, timedPushes } from '../timed-samples.ts'

const usPerMs = 1_000
const ticksPerHalfDistance = 5

/** Percentile spectra in ms, as HdrHistogram writes .hgrm files: one after the other, each under its name. */
export function hdrHistograms(record: RunRecord): string {
  return timedPushes(record)
    .filter(({ responsesMs }) => responsesMs.length > 0)
    .map((timed) => `#[Response time of ${timedName(timed)}]\n${spectrum(timed)}`)
    .join('\n')
}

function spectrum({ responsesMs }: TimedPushes): string {
  const histogram = build({ numberOfSignificantValueDigits: 3, useWebAssembly: false })
  for (const ms of responsesMs) histogram.recordValue(Math.round(ms * usPerMs))
  return histogram.outputPercentileDistribution(ticksPerHalfDistance, usPerMs)
}
