import type { Ratio } from './figures.ts'
import type { JudgedGoal } from './goals.ts'
import type { ReportedSection } from './report.ts'

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
  return `${title} (CPU: ms per push)\n${aligned([head, ...rows])}`
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
  return `${aligned([['goal', 'ratio', '95 %', 'limit'], ...rows])}\n${legend}`
}

/** The first column to the left, all others to the right. */
export function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, n) => Math.max(...rows.map((row) => row[n]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, n) => (n === 0 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0)))
        .join('  '),
    )
    .join('\n')
}

function interval({ ci95 }: Ratio): string {
  return ci95 === null ? none : `[${ci95.map((end) => decimals(end, 2)).join(', ')}]`
}

function decimals(value: number | null, digits: number): string {
  return value === null || !Number.isFinite(value) ? none : value.toFixed(digits)
}
