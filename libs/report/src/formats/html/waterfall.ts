import { type ArmResult, type PushPhase, pushPhases, type Run } from '@keyrace/contracts'
import { latencyAt } from '../../latency-at.ts'
import { milliseconds, serviceTime } from '../../quantities.ts'
import { judgedArms } from '../../verdict.ts'
import { words } from '../../words.ts'
import { type Markup, markup } from '../markup.ts'
import { chart, type Draw } from './charts/chart.ts'
import { legend } from './charts/series.ts'
import { figure } from './figure.ts'
import { figuresTable } from './table.ts'

/** Where the time of a push goes, and how much of it a strategy has any say in. */
export function waterfall(run: Run): Markup | undefined {
  const bars = barsOf(run)
  if (bars.length === 0) return undefined
  return figure({
    title: 'Where the time of a push goes',
    lead: 'In colour the phases in which a builder may ask the controller; the others no strategy can touch.',
    chart: markup`${legend(colored)}${chart('Phases of a push, one after the other', waterfallChart(bars))}`,
    note: 'Medians of the phases, in their order. They do not add up to the median of the whole.',
    table: phasesTable(bars),
  })
}

const colored = [
  { name: 'authenticate', color: 'var(--series-3)', glyph: '■' },
  { name: 'authorize', color: 'var(--series-1)', glyph: '■' },
  { name: 'publish', color: 'var(--series-4)', glyph: '■' },
]

interface Bar {
  readonly name: string
  readonly wholeMs: number
  readonly segments: readonly Segment[]
}

interface Segment {
  readonly phase: PushPhase
  readonly fromMs: number
  readonly toMs: number
}

function barsOf(run: Run): Bar[] {
  return run.topology.serviceTimesMs.flatMap((serviceTimeMs) =>
    judgedArms(run).flatMap((arm) => {
      const latencyMs = latencyAt(arm, serviceTimeMs)
      const wholeMs = latencyMs?.response.p50 ?? null
      if (latencyMs === undefined || wholeMs === null) return []
      const segments = segmentsOf(latencyMs.phases)
      // Not every client knows the phases of its pushes.
      if (segments.at(-1)?.toMs === 0) return []
      return [{ name: `${arm.name} at ${serviceTime(serviceTimeMs)}`, wholeMs, segments }]
    }),
  )
}

function segmentsOf(phases: ArmResult['latencyMs']['phases']): Segment[] {
  let endMs = 0
  return pushPhases.map((phase) => {
    const fromMs = endMs
    endMs += phases[phase].p50 ?? 0
    return { phase, fromMs, toMs: endMs }
  })
}

const rowHeight = 58
const narrowestLetter = 6.6

function waterfallChart(bars: readonly Bar[]): Draw {
  const segments = bars.flatMap((bar) =>
    bar.segments.map((segment) => ({ ...segment, bar: bar.name })),
  )
  const longestMs = Math.max(...segments.map(({ toMs }) => toMs))
  return (plot, { width }) => {
    const fits = (text: string, { fromMs, toMs }: Segment) =>
      ((toMs - fromMs) / longestMs) * (width - 20) > text.length * narrowestLetter
    const labelOf = (segment: Segment) => {
      const ms = milliseconds(segment.toMs - segment.fromMs)
      const label = `${words(segment.phase)} ${ms}`
      return fits(label, segment) ? label : fits(ms, segment) ? ms : ''
    }
    return {
      height: 48 + bars.length * rowHeight,
      marginLeft: 2,
      marginBottom: 40,
      marginTop: 4,
      x: { label: 'ms', domain: [0, longestMs], ticks: 6, labelAnchor: 'right' },
      y: { domain: bars.map(({ name }) => name), axis: null, padding: 0 },
      marks: [
        plot.barX(segments, {
          y: 'bar',
          x1: 'fromMs',
          x2: 'toMs',
          fill: ({ phase }: Segment) => colorOf(phase),
          stroke: 'var(--paper)',
          insetTop: 24,
          insetBottom: 8,
          title: (segment: Segment) =>
            `${words(segment.phase)} ${milliseconds(segment.toMs - segment.fromMs)} ms`,
        }),
        plot.text(segments, {
          y: 'bar',
          x: ({ fromMs, toMs }: Segment) => (fromMs + toMs) / 2,
          text: labelOf,
          fill: ({ phase }: Segment) => (isColored(phase) ? 'var(--paper)' : 'var(--ink)'),
          dy: 8,
          fontSize: 11,
        }),
        plot.text(bars, {
          y: 'name',
          text: summaryOf,
          frameAnchor: 'left',
          dy: -17,
          fill: 'var(--ink)',
        }),
      ],
    }
  }
}

/** `fingerprint at 0.3 ms: authorize 0.9 of 38.1 ms` */
function summaryOf({ name, wholeMs, segments }: Bar): string {
  const authorize = segments.find(({ phase }) => phase === 'authorize')
  const ms = authorize === undefined ? null : authorize.toMs - authorize.fromMs
  return `${name}: authorize ${milliseconds(ms)} of ${milliseconds(wholeMs)} ms`
}

function isColored(phase: PushPhase): boolean {
  return colored.some(({ name }) => name === phase)
}

function colorOf(phase: PushPhase): string {
  const own = colored.find(({ name }) => name === phase)
  return (
    own?.color ??
    (phase === 'keyExchange' || phase === 'receive' ? 'var(--tint-2)' : 'var(--tint-1)')
  )
}

function phasesTable(bars: readonly Bar[]): Markup {
  const rows = pushPhases.map((phase, index) => ({
    title: words(phase),
    cells: bars.map(({ segments }) => {
      const segment = segments[index]
      return segment === undefined ? '—' : milliseconds(segment.toMs - segment.fromMs)
    }),
  }))
  return figuresTable(
    'Phases of a push, p50 in ms',
    bars.map(({ name }) => name),
    [{ rows }],
  )
}
