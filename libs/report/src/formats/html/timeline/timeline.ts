import { readHistory } from '@keyrace/checker'
import type { HistoryEvent } from '@keyrace/contracts'
import { plural } from '../../../quantities.ts'
import { type Markup, markup } from '../../markup.ts'
import { figure } from '../figure.ts'
import { type Bar, barsOf } from './bars.ts'
import { type Mark, timelineData } from './data.ts'
import { dataElement } from './script.ts'
import { operationsTable } from './table.ts'

/** What a browser can draw at once, in a file that can still be sent to somebody. */
const mostBars = 100_000

/** Every operation where and when it was, for a person to look around in; undefined where there was none. */
export function timeline(
  history: readonly HistoryEvent[],
  marks: readonly Mark[],
): Markup | undefined {
  const all = barsOf(readHistory(history), history)
  const bars = mostTelling(all, marks)
  if (bars.length === 0) return undefined
  const left = all.length - bars.length
  return figure({
    title: 'When it happened',
    lead: 'Pushes on each builder, mutations as flags where they were acknowledged, what went wrong as the ground below.',
    chart: markup`<div class="timeline">
${legend}
<canvas tabindex="0" role="application" aria-label="Operations by builder and time. Arrow keys left and right move, + and − zoom, up and down choose an operation, n and p choose what is marked, 0 shows all."></canvas>
<p class="controls">${controls.map(({ value, name }) => markup`<button type="button" value="${value}">${name}</button> `)}</p>
<div class="facts" role="status" aria-live="polite"></div>
${dataElement(timelineData(bars, marks, history))}
</div>`,
    note: `Drag or use the arrow keys to move, + and − or the wheel to zoom once it is chosen; a click tells about an operation.${left > 0 ? ` ${plural(left, 'operation')} further from what is marked are left out.` : ''}`,
    table: operationsTable(bars, marks),
  })
}

const controls = [
  { value: '-', name: 'Wider' },
  { value: '+', name: 'Closer' },
  { value: '0', name: 'All' },
  { value: 'p', name: 'Previous mark' },
  { value: 'n', name: 'Next mark' },
]

const legend = markup`<ul class="legend">
<li><span style="color: var(--series-1)" aria-hidden="true">▬</span> accepted</li>
<li><span style="color: var(--quiet)" aria-hidden="true">▬</span> denied</li>
<li><span style="color: var(--series-5)" aria-hidden="true">▬</span> failed</li>
<li><span style="color: var(--series-2)" aria-hidden="true">▭</span> outcome unknown</li>
<li><span style="color: var(--series-4)" aria-hidden="true">⚑</span> mutation</li>
<li><span style="color: var(--fault)" aria-hidden="true">█</span> fault</li>
<li><span style="color: var(--may)" aria-hidden="true">█</span> may be allowed</li>
<li><span style="color: var(--must)" aria-hidden="true">█</span> must be allowed</li>
<li><span style="color: var(--bad)" aria-hidden="true">▼</span> broken</li>
</ul>`

/** Around what is marked, where not all can be drawn. */
function mostTelling(bars: readonly Bar[], marks: readonly Mark[]): readonly Bar[] {
  if (bars.length <= mostBars) return bars
  const wanted = marks[0]?.events.at(-1)
  const center = bars.findIndex(({ events }) => wanted !== undefined && events.includes(wanted))
  const from = Math.min(Math.max(0, center - mostBars / 2), bars.length - mostBars)
  return bars.slice(from, from + mostBars)
}
