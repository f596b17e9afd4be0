import type { Curve } from '@keyrace/contracts'
import { count, significant } from './quantities.ts'

/** Where a chart begins and ends, and what its curves came to there. */
export interface Growth {
  /** `push latency` */
  readonly label: string
  readonly unit: string
  /** `from 1 to 200 keys of the user` */
  readonly range: string
  readonly series: readonly SeriesGrowth[]
}

export interface SeriesGrowth {
  readonly name: string
  /** `25.7 → 25.6` */
  readonly ends: string
  /** False where the intervals of both ends overlap; without intervals it is not known. */
  readonly isClear: boolean | undefined
}

/** From the first point of each chart to its last; charts of a single point do not grow. */
export function growthOf(curves: readonly Curve[]): Growth[] {
  return [...Map.groupBy(curves, ({ name }) => name).values()].flatMap((chart) => {
    const xs = chart.flatMap(({ points }) => points.map(({ x }) => x))
    const [from, to] = [Math.min(...xs), Math.max(...xs)]
    const [first] = chart
    if (first === undefined || from >= to) return []
    const { x, y } = first
    return {
      label: y.label,
      unit: y.unit,
      range: `from ${count(from)} to ${[count(to), x.unit, x.label].filter(Boolean).join(' ')}`,
      series: chart.map((curve) => seriesGrowth(curve, [from, to])),
    }
  })
}

function seriesGrowth({ series, points }: Curve, ends: readonly number[]): SeriesGrowth {
  const [first, last] = ends.map((end) => points.find(({ x }) => x === end))
  return {
    name: series,
    ends: [first, last].map((point) => valueText(point?.y ?? null)).join(' → '),
    isClear: areApart(first?.ci95 ?? null, last?.ci95 ?? null),
  }
}

function valueText(value: number | null): string {
  return value === null ? '—' : significant(value)
}

type Interval = readonly [number, number] | null

function areApart(a: Interval, b: Interval): boolean | undefined {
  return a === null || b === null ? undefined : a[1] < b[0] || b[1] < a[0]
}
