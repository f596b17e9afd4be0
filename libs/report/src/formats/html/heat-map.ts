import type { Run } from '@keyrace/contracts'
import { racedEffects } from '../../claimed.ts'
import { count, plural } from '../../quantities.ts'
import { type Fate, fates, type RacePush, racePushes } from '../../race-pushes.ts'
import type { RunRecord } from '../../record.ts'
import { type Markup, markup } from '../markup.ts'
import { chart, type Draw } from './charts/chart.ts'
import { legend } from './charts/series.ts'
import { figure } from './figure.ts'
import { figuresTable } from './table.ts'

/** With more arms than this, the replicas of an arm share a row. */
const mostArmsByReplica = 3
const bins = { wide: 40, narrow: 20 }

/** What became of pushes, by when they began; an empty cell is an interleaving that nobody has tried. */
export function heatMap(record: RunRecord): Markup | undefined {
  // What is counted here is the end of a right.
  const pushes = racedEffects(record.run).has('revocation') ? racePushes(record) : []
  if (pushes.length === 0) return undefined
  const rows = rowsOf(record.run, pushes)
  const met = fates.filter((fate) => pushes.some((push) => push.fate === fate))
  return figure({
    title: 'The races',
    lead: `${plural(pushes.length, 'push', 'pushes')} by when they began, counted from the acknowledgement of what ended the right to them. An empty cell is a moment that no push has tried.`,
    chart: markup`${legend(met.map((fate) => looks[fate]))}${chart('Outcomes of pushes by when they began', heatMapChart(rows, met))}`,
    note: 'The stronger a cell, the more pushes. The upright line is the acknowledgement.',
    table: outcomesTable(rows, met),
  })
}

const looks = {
  accepted: { name: 'accepted, begun in time', color: 'var(--series-1)', glyph: '■' },
  stale: { name: 'accepted, begun too late (stale)', color: 'var(--series-2)', glyph: '■' },
  denied: { name: 'denied', color: 'var(--series-3)', glyph: '■' },
  'turned back': {
    name: 'let in, turned back at the commit',
    color: 'var(--series-4)',
    glyph: '■',
  },
} as const satisfies Record<Fate, unknown>

interface Row {
  readonly name: string
  readonly pushes: readonly RacePush[]
}

/** Arms in their order, and of each its replicas. */
function rowsOf({ arms }: Run, pushes: readonly RacePush[]): Row[] {
  const byArm = Map.groupBy(pushes, ({ arm }) => arm)
  return arms.flatMap(({ name }) => {
    const own = byArm.get(name) ?? []
    if (byArm.size > mostArmsByReplica) return own.length === 0 ? [] : [{ name, pushes: own }]
    return [...Map.groupBy(own, ({ replica }) => replica)]
      .map(([replica, theirs]) => ({ name: `${name}, ${replica}`, pushes: theirs }))
      .toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
  })
}

interface Cell {
  readonly row: string
  readonly fate: Fate
  readonly fromMs: number
  readonly toMs: number
  readonly count: number
}

const cellHeight = 15
const rowGap = 30

function heatMapChart(rows: readonly Row[], met: readonly Fate[]): Draw {
  return (plot, { isNarrow }) => {
    const edges = edgesOf(rows, isNarrow ? bins.narrow : bins.wide)
    const cells = rows.flatMap((row) => cellsOf(row, met, edges))
    const filled = cells.filter((cell) => cell.count > 0)
    const most = Math.max(...filled.map((cell) => cell.count))
    const box = { fy: 'row', y: 'fate', x1: 'fromMs', x2: 'toMs', inset: 0.75, rx: 1.5 }
    const rowHeight = met.length * cellHeight + rowGap
    return {
      height: rows.length * rowHeight + 56,
      marginLeft: isNarrow ? 66 : 84,
      marginTop: 12,
      marginBottom: 44,
      x: {
        label: 'push began, ms after the acknowledgement',
        ticks: isNarrow ? 4 : 8,
        labelAnchor: 'right',
      },
      y: { domain: [...met], label: null, tickSize: 0, padding: 0 },
      fy: { domain: rows.map(({ name }) => name), axis: null, padding: rowGap / rowHeight },
      marks: [
        plot.barX(cells, { ...box, fill: 'var(--empty)' }),
        plot.barX(filled, {
          ...box,
          fill: ({ fate }: Cell) => looks[fate].color,
          fillOpacity: (cell: Cell) => 0.35 + 0.65 * Math.sqrt(cell.count / most),
          title: ({ fate, count: pushes }: Cell) => `${count(pushes)} ${looks[fate].name}`,
        }),
        plot.ruleX([0], { stroke: 'var(--ink)' }),
        plot.text(rows, {
          fy: 'name',
          text: 'name',
          frameAnchor: 'top-left',
          dy: -17,
          dx: 0,
          fill: 'var(--ink)',
        }),
      ],
    }
  }
}

/** Bins of one round width, with an edge at the acknowledgement. */
function edgesOf(rows: readonly Row[], number: number): number[] {
  const offsets = rows.flatMap(({ pushes }) => pushes.map(({ offsetMs }) => offsetMs))
  const first = offsets.reduce((least, ms) => Math.min(least, ms), 0)
  const last = offsets.reduce((most, ms) => Math.max(most, ms), 0)
  const width = roundUp((last - first || 1) / number)
  const from = Math.floor(first / width)
  return Array.from({ length: Math.floor(last / width) - from + 2 }, (_, n) => (from + n) * width)
}

/** The next of 1, 2, 5, 10, 20, 50 … */
function roundUp(ms: number): number {
  const power = 10 ** Math.floor(Math.log10(ms))
  return power * ([1, 2, 5].find((digit) => digit * power >= ms) ?? 10)
}

function cellsOf({ name, pushes }: Row, met: readonly Fate[], edges: readonly number[]): Cell[] {
  const [from = 0, next = 1] = edges
  const counts = Map.groupBy(
    pushes,
    ({ fate, offsetMs }) => `${fate} ${Math.floor((offsetMs - from) / (next - from))}`,
  )
  return met.flatMap((fate) =>
    edges.slice(0, -1).map((fromMs, bin) => ({
      row: name,
      fate,
      fromMs,
      toMs: edges[bin + 1] ?? fromMs,
      count: counts.get(`${fate} ${bin}`)?.length ?? 0,
    })),
  )
}

function outcomesTable(rows: readonly Row[], met: readonly Fate[]): Markup {
  const edges = edgesOf(rows, bins.narrow)
  const groups = rows.map((row) => {
    const cells = cellsOf(row, met, edges)
    return {
      title: row.name,
      rows: edges.slice(0, -1).map((fromMs, bin) => ({
        title: `${count(fromMs)} to ${count(edges[bin + 1] ?? fromMs)}`,
        cells: met.map((fate) =>
          count(cells.find((cell) => cell.fate === fate && cell.fromMs === fromMs)?.count ?? 0),
        ),
      })),
    }
  })
  return figuresTable('Pushes by when they began, in ms', met, groups)
}
