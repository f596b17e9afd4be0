import { plainTable } from '@keyrace/report'
import type { Ratio } from './figures.ts'
import type { JudgedGoal } from './goals.ts'
import type { ReportedSection } from './reported-section.ts'

const none = '—'

/** One section: its lanes, and how each compares with the reference. */
export function sectionTable({ title, reference, figure, lanes }: ReportedSection): string {
  const compared = `${figure === 'latency' ? 'p50' : 'pushes/s'} ÷ ${reference}`
  const head = ['', 'p50 ms', 'p95 ms', 'pushes/s', 'CPU server', 'client', compared, '95 %']
  const rows = lanes.map((lane) => [
    lane.name,
    decimals(lane.p50, 1),
    decimals(lane.p95, 1),
    decimals(lane.pushesPerSecond, 1),
    decimals(lane.serverCpuPerPush, 1),
    decimals(lane.clientCpuPerPush, 1),
    decimals(lane.ratio.value, 2),
    interval(lane.ratio),
  ])
  return `${title} (CPU: ms per push)\n${plainTable(head, rows)}`
}

const marks = { met: '✓', missed: '✗', open: '?' } as const

export function goalsTable(goals: readonly JudgedGoal[]): string {
  const rows = goals.map(({ verdict, text, ratio, limit }) => [
    `${marks[verdict]} ${text}`,
    decimals(ratio.value, 3),
    interval(ratio),
    'atMost' in limit ? `≤ ${limit.atMost}` : `≥ ${limit.atLeast}`,
  ])
  const legend =
    '✓ met, ✗ missed, ? open: the interval reaches over the limit, or nothing was measured'
  return `${plainTable(['goal', 'ratio', '95 %', 'limit'], rows)}\n${legend}`
}

function interval({ ci95 }: Ratio): string {
  return ci95 === null ? none : `[${ci95.map((end) => decimals(end, 2)).join(', ')}]`
}

function decimals(value: number | null, digits: number): string {
  return value === null || !Number.isFinite(value) ? none : value.toFixed(digits)
}
