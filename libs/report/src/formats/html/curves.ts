import type { Curve, Run } from '@keyrace/contracts'
import { count, significant } from '../../quantities.ts'
import { type Markup, markup } from '../markup.ts'
import { chart, type Draw } from './charts/chart.ts'
import { legend, type Series, seriesOf } from './charts/series.ts'
import { figure } from './figure.ts'
import { figuresTable } from './table.ts'

/** What something costs as something else grows: a chart for each name. */
export function curves({ curves }: Run): Markup {
  const charts = [...Map.groupBy(curves, ({ name }) => name)]
  return markup`${charts.map(([name, own]) => curvesFigure(name, own))}`
}

function curvesFigure(name: string, own: readonly Curve[]): Markup | undefined {
  const series = seriesOf(own.map((curve) => curve.series))
  const points = own.flatMap((curve, index) => pointsOf(curve, series[index]))
  if (points.length === 0) return undefined
  return figure({
    title: name.charAt(0).toUpperCase() + name.slice(1),
    chart: markup`${legend(series)}${chart(name, curvesChart(own, points))}`,
    ...(points.some(({ low, high }) => low < high) && { note: 'Bands are 95 % intervals.' }),
    table: curvesTable(name, own),
  })
}

interface Point {
  readonly series: Series
  readonly name: string
  readonly x: number
  readonly y: number
  readonly low: number
  readonly high: number
}

function pointsOf({ points }: Curve, series: Series | undefined): Point[] {
  if (series === undefined) return []
  return points.flatMap(({ x, y, ci95 }) => {
    if (y === null) return []
    const [low, high] = ci95 ?? [y, y]
    return [{ series, name: series.name, x, y, low, high }]
  })
}

const widestLinear = 100
const unlabelled = { x: { label: '', unit: '' }, y: { label: '', unit: '' } }

function curvesChart(own: readonly Curve[], points: readonly Point[]): Draw {
  const [{ x, y } = unlabelled] = own
  const xs = points.map((point) => point.x)
  const [least, most] = [Math.min(...xs), Math.max(...xs)]
  const isLog = least > 0 && most / least >= widestLinear
  const color = { stroke: (point: Point) => point.series.color }
  const fill = { fill: (point: Point) => point.series.color }
  return (plot, { isNarrow }) => ({
    height: isNarrow ? 260 : 320,
    marginLeft: 48,
    marginBottom: 44,
    marginRight: 24,
    x: {
      label: axis(x),
      labelAnchor: 'right',
      type: isLog ? 'log' : 'linear',
      ticks: isNarrow ? 4 : 8,
      tickFormat: count,
    },
    y: { label: axis(y), zero: true, grid: true, nice: true, ticks: 5 },
    marks: [
      plot.frame({ anchor: 'bottom', stroke: 'var(--quiet)' }),
      plot.areaY(points, { x: 'x', y1: 'low', y2: 'high', z: 'name', ...fill, fillOpacity: 0.16 }),
      plot.lineY(points, { x: 'x', y: 'y', z: 'name', ...color, strokeWidth: 2 }),
      plot.dot(points, {
        x: 'x',
        y: 'y',
        r: 4,
        symbol: (point: Point) => point.series.symbol,
        ...fill,
      }),
    ],
  })
}

function axis({ label, unit }: Curve['x']): string {
  return unit === '' ? label : `${label}, ${unit}`
}

function curvesTable(name: string, own: readonly Curve[]): Markup {
  const xs = [...new Set(own.flatMap(({ points }) => points.map(({ x }) => x)))].sort(
    (a, b) => a - b,
  )
  const rows = xs.map((x) => ({
    title: count(x),
    cells: own.map(({ points }) => {
      const point = points.find((one) => one.x === x)
      if (point === undefined || point.y === null) return '—'
      const within = point.ci95 === null ? '' : ` [${point.ci95.map(significant).join(', ')}]`
      return `${significant(point.y)}${within}`
    }),
  }))
  return figuresTable(
    name,
    own.map(({ series }) => series),
    [{ rows }],
  )
}
