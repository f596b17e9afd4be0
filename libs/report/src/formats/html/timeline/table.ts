import { milliseconds, plural } from '../../../quantities.ts'
import type { Markup } from '../../markup.ts'
import { figuresTable } from '../table.ts'
import type { Bar } from './bars.ts'
import type { Mark } from './data.ts'

/** Nobody reads more; all of them are in the history. */
const mostRows = 200

/** The same for those who cannot see it: what is marked first, then the operations in order of time. */
export function operationsTable(bars: readonly Bar[], marks: readonly Mark[]): Markup {
  const marked = new Map(marks.map(({ events, title }) => [events.at(-1), title]))
  const titleOf = ({ events }: Bar) => events.flatMap((idx) => marked.get(idx) ?? [])[0]
  const isTold = bars.filter((bar) => titleOf(bar) !== undefined)
  const told = bars.slice(0, mostRows - isTold.length)
  const row = (bar: Bar) => ({
    title: `${bar.facts.what} ${bar.facts.operation}`,
    cells: [
      milliseconds(bar.fromMs),
      milliseconds(bar.toMs - bar.fromMs),
      bar.lane,
      bar.facts.app ?? '—',
      bar.facts.user ?? '—',
      bar.kind === 'fault' ? (bar.facts.fault ?? '—') : bar.outcome,
      titleOf(bar) ?? '—',
    ],
  })
  const more = bars.length - told.length
  return figuresTable(
    'Operations',
    ['at, ms', 'took, ms', 'where', 'app', 'user', 'ended', 'marked'],
    [
      ...(isTold.length > 0 ? [{ title: 'Marked', rows: isTold.map(row) }] : []),
      {
        title:
          more > 0 ? `The first of them; ${plural(more, 'operation')} more in the history` : 'All',
        rows: told.map(row),
      },
    ],
  )
}
