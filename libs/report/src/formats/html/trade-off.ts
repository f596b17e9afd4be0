import { quantileInterval } from '@keyrace/statistics'
import { worstStalenessMs } from '../../claimed.ts'
import { duration, milliseconds, serviceTime } from '../../quantities.ts'
import type { RunRecord } from '../../record.ts'
import { type TimedPushes, timedPushes } from '../../timed-samples.ts'
import { isRaced, latencyCaveat } from '../../verdict.ts'
import type { Markup } from '../markup.ts'
import { chart, type Draw } from './charts/chart.ts'
import { type Series, seriesOf } from './charts/series.ts'
import { figure } from './figure.ts'
import { figuresTable } from './table.ts'

/** What the argument was about: what a push costs with each strategy, against how wrong it can be. */
export function tradeOff(record: RunRecord): Markup | undefined {
  const timed = timedPushes(record)
  if (timed.length === 0 || !isRaced(record.run)) return undefined
  const series = seriesOf([...new Set(timed.map(({ arm }) => arm.name))])
  const points = timed.map((pushes) => pointOf(pushes, series))
  return figure({
    title: 'What it costs against how stale it gets',
    lead: ['Left is never wrong, low is fast.', latencyCaveat(record.run) ?? ''].join(' '),
    chart: chart('Response time against worst staleness, by strategy', tradeOffChart(points)),
    note: 'The upright line is the 95 % interval of the median; the faint one reaches to the staleness that cannot be ruled out.',
    table: tradeOffTable(points),
  })
}

interface Point {
  readonly series: Series
  readonly serviceTime: string
  readonly certainMs: number | null
  readonly possibleMs: number | null
  readonly p50Ms: number
  readonly ci95: readonly [number, number] | null
}

function pointOf(
  { arm, serviceTimeMs, latencyMs, responsesMs }: TimedPushes,
  series: readonly Series[],
): Point {
  const own = series.find(({ name }) => name === arm.name)
  if (own === undefined) throw new Error(`${arm.name} has no series`)
  return {
    series: own,
    serviceTime: `service time ${serviceTime(serviceTimeMs)}`,
    certainMs: worstStalenessMs(arm),
    possibleMs: worstStalenessMs(arm, 'possibleMs'),
    p50Ms: latencyMs.response.p50 ?? 0,
    ci95: quantileInterval(responsesMs, 0.5),
  }
}

const margins = { marginTop: 32, marginBottom: 44, marginLeft: 44 }
/** Of one service time, from its top to its bottom. */
const panelHeight = { wide: 244, narrow: 170 }
const lineHeight = 13
/** Of the width: names of dots that are closer to each other could overlap. */
const nearness = 0.2

function tradeOffChart(points: readonly Point[]): Draw {
  const widestMs = Math.max(100, ...points.map((point) => point.possibleMs ?? point.certainMs ?? 0))
  const highestMs = 1.1 * Math.max(...points.map(({ p50Ms, ci95 }) => ci95?.[1] ?? p50Ms))
  const [unit, perUnit] = widestMs < 2_000 ? ['ms', 1] : ['s', 1_000]
  const dots = points.map(({ series, serviceTime, certainMs, possibleMs, p50Ms, ci95 }) => ({
    ...series,
    serviceTime,
    x: (certainMs ?? 0) / perUnit,
    possible: (possibleMs ?? certainMs ?? 0) / perUnit,
    y: p50Ms,
    low: ci95?.[0] ?? p50Ms,
    high: ci95?.[1] ?? p50Ms,
    isRight: (certainMs ?? 0) > widestMs / 2,
  }))
  const times = [...Map.groupBy(dots, ({ serviceTime }) => serviceTime).values()]
  const neighbours = times.flatMap((own) => neighboursAlong(own, nearness * (widestMs / perUnit)))
  return (plot, { isNarrow }) => {
    const height = isNarrow ? panelHeight.narrow : panelHeight.wide
    const beside = isNarrow ? 'fy' : 'fx'
    const facet = { [beside]: 'serviceTime' }
    const room = { gap: (lineHeight / height) * highestMs, highest: highestMs }
    const labels = neighbours.flatMap((own) => spread(own, room))
    const names = { ...facet, x: 'x', y: 'labelY', text: 'name', fill: 'var(--ink)', dy: -8 }
    const color = { ...facet, stroke: 'color' }
    return {
      ...margins,
      height:
        margins.marginTop + margins.marginBottom + (isNarrow ? 1.2 * times.length : 1) * height,
      x: { label: `worst staleness, ${unit}`, domain: [0, (widestMs / perUnit) * 1.08], ticks: 4 },
      y: { label: 'response p50, ms', domain: [0, highestMs], grid: true, ticks: 5 },
      [beside]: { axis: null, padding: times.length === 1 ? 0 : isNarrow ? 0.2 : 0.1 },
      marks: [
        plot.text(
          times.map(([first]) => first),
          { ...facet, text: 'serviceTime', frameAnchor: 'top', dy: -14, fill: 'var(--ink)' },
        ),
        plot.ruleY([0], { stroke: 'var(--quiet)' }),
        plot.ruleY(dots, { ...color, x1: 'x', x2: 'possible', y: 'y', strokeOpacity: 0.4 }),
        plot.ruleX(dots, { ...color, x: 'x', y1: 'low', y2: 'high', strokeWidth: 2 }),
        plot.dot(dots, { ...facet, x: 'x', y: 'y', r: 5, symbol: 'symbol', fill: 'color' }),
        plot.text(labels, { ...names, filter: (dot) => !dot.isRight, textAnchor: 'start', dx: 9 }),
        plot.text(labels, { ...names, filter: 'isRight', textAnchor: 'end', dx: -9 }),
      ],
    }
  }
}

/** Only names of dots that are close to each other have to make way: the others stay where their dots are. */
function neighboursAlong<T extends { readonly x: number; readonly isRight: boolean }>(
  dots: readonly T[],
  near: number,
): readonly T[][] {
  const groups: T[][] = []
  for (const dot of dots.toSorted((a, b) => a.x - b.x)) {
    const group = groups.at(-1)
    const last = group?.at(-1)
    if (last?.isRight === dot.isRight && dot.x - last.x < near) group?.push(dot)
    else groups.push([dot])
  }
  return groups
}

/** Names move up until each is a line above the one below it, and down again where there is no more room. */
function spread<T extends { readonly y: number }>(
  dots: readonly T[],
  { gap, highest }: { readonly gap: number; readonly highest: number },
) {
  const labels = dots.toSorted((a, b) => a.y - b.y).map((dot) => ({ ...dot, labelY: dot.y }))
  let least = 0
  for (const label of labels) {
    label.labelY = Math.max(label.labelY, least)
    least = label.labelY + gap
  }
  let most = highest
  for (const label of labels.toReversed()) {
    label.labelY = Math.min(label.labelY, most)
    most = label.labelY - gap
  }
  return labels
}

function tradeOffTable(points: readonly Point[]): Markup {
  const rows = points.map(({ series, serviceTime, p50Ms, ci95, certainMs, possibleMs }) => ({
    title: `${series.name}, ${serviceTime}`,
    cells: [
      milliseconds(p50Ms),
      ci95 === null ? '—' : ci95.map(milliseconds).join(' – '),
      duration(certainMs),
      duration(possibleMs),
    ],
  }))
  return figuresTable(
    'Response time and staleness',
    ['p50, ms', '95 % interval', 'Certain', 'Possible'],
    [{ rows }],
  )
}
