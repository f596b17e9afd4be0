import type { ArmResult, HistoryEvent, Witness } from '@keyrace/contracts'
import { duration } from '../../quantities.ts'
import type { RunRecord } from '../../record.ts'
import { isBroken, tellingWitnesses } from '../../telling-witnesses.ts'
import { words } from '../../words.ts'
import { type Markup, markup } from '../markup.ts'
import { chart, type Draw } from './charts/chart.ts'

/** The operations that show the worst of each arm, for a person to check in the history. */
export function witnesses({ run, history }: RunRecord): Markup | undefined {
  const told = run.arms.flatMap((arm) =>
    tellingWitnesses(arm).map((witness) => item(arm, witness, history)),
  )
  if (told.length === 0) return undefined
  return markup`<section>
<h2>Witnesses</h2>
<ul class="witnesses">
${told}</ul>
</section>`
}

function item(arm: ArmResult, witness: Witness, history: readonly HistoryEvent[]): Markup {
  const { invariant, story, events, cause } = witness
  const standing = isBroken(arm, witness)
    ? markup`<span class="bad">broken</span>`
    : 'the worst, and within the claim'
  return markup`<li><p>${story}</p>${
    cause &&
    markup`
<p>Why: ${cause.sentence}</p>`
  }
${strip(operationsOf(witness, history))}
<p class="note">${arm.name}, ${invariant}, ${standing}; history rows ${events.join(', ')}</p></li>
`
}

interface Operation {
  readonly name: string
  readonly fromMs: number
  readonly toMs: number
}

function operationsOf({ events }: Witness, history: readonly HistoryEvent[]): Operation[] {
  const rows = events.flatMap((idx) => history.find((row) => row.idx === idx) ?? [])
  const operations = [...Map.groupBy(rows, ({ op, f }) => `${f} ${op}`).values()].flatMap((own) => {
    const times = own.map(({ t }) => t)
    const [row] = own
    if (row === undefined) return []
    return [{ name: nameOf(row), fromMs: Math.min(...times), toMs: Math.max(...times) }]
  })
  return operations.toSorted((a, b) => a.fromMs - b.fromMs)
}

function nameOf({ f, replica, app }: HistoryEvent): string {
  return [words(f), replica === null ? app : `by ${replica}`]
    .filter((part) => part !== null)
    .join(' ')
}

/** When they were, beside each other: the first ended before the last began. */
function strip(operations: readonly Operation[]): Markup | undefined {
  const [first] = operations
  if (first === undefined || operations.length < 2) return undefined
  return chart('The operations, one below the other by time', stripChart(operations, first))
}

const rowHeight = 34

function stripChart(operations: readonly Operation[], first: Operation): Draw {
  const lastMs = Math.max(...operations.map(({ toMs }) => toMs)) - first.toMs
  const bars = operations.map(({ name, fromMs, toMs }) => ({
    name: `${name}, took ${duration(toMs - fromMs)}`,
    fromMs: fromMs - first.toMs,
    toMs: toMs - first.toMs,
    isRight: fromMs - first.toMs > lastMs / 2,
  }))
  const names = { y: 'name', text: 'name', dy: -8, fill: 'var(--ink)' }
  return (plot, { isNarrow }) => ({
    height: bars.length * rowHeight + 40,
    marginLeft: 4,
    marginTop: 0,
    marginBottom: 38,
    x: {
      label: 'ms after the end of the first',
      labelAnchor: 'right',
      ticks: isNarrow ? 4 : 8,
      nice: true,
    },
    y: { domain: bars.map(({ name }) => name), axis: null, padding: 0 },
    marks: [
      plot.ruleX([0], { stroke: 'var(--quiet)', strokeDasharray: '2 3' }),
      plot.barX(bars, {
        y: 'name',
        x1: 'fromMs',
        x2: 'toMs',
        fill: 'var(--mark)',
        stroke: 'var(--mark)',
        strokeWidth: 2,
        insetTop: 20,
        insetBottom: 4,
      }),
      plot.text(bars, {
        ...names,
        filter: (bar) => !bar.isRight,
        x: 'toMs',
        textAnchor: 'start',
        dx: 5,
      }),
      plot.text(bars, { ...names, filter: 'isRight', x: 'toMs', textAnchor: 'end' }),
    ],
  })
}
