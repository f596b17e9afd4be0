import type { Curve } from '@keyrace/contracts'
import { type Growth, growthOf } from '../growth.ts'
import { wrap } from '../wrap.ts'
import { plainTable, widthOf } from './plain-table.ts'

/** What grew with what, from end to end: a table for charts that share their range and their series. */
export function growthTables(curves: readonly Curve[], columns: number): string[] {
  const alike = Map.groupBy(growthOf(curves), ({ range, series }) =>
    JSON.stringify([range, ...series.map(({ name }) => name)]),
  )
  return [...alike.values()].map((charts) => growthTable(charts, columns))
}

function growthTable(charts: readonly Growth[], columns: number): string {
  const [first] = charts
  if (first === undefined) return ''
  const table = (shown: readonly Growth[]) =>
    plainTable(
      ['', ...shown.map(title)],
      first.series.map(({ name }, row) => [
        wrap(name, Infinity),
        ...shown.map(({ series }) => series[row]?.ends ?? ''),
      ]),
    )
  let shown = charts
  // The page has them all.
  while (shown.length > 1 && widthOf(table(shown)) > columns) shown = shown.slice(0, -1)
  return `${wrap(first.range, columns)}\n${table(shown)}`
}

/** In two lines, the second with the unit. */
function title({ label, unit }: Growth): string {
  const words = wrap(unit === '' ? label : `${label}, ${unit}`, Infinity).split(' ')
  const half = Math.floor(words.length / 2)
  return [words.slice(0, half), words.slice(half)].map((line) => line.join(' ')).join('\n')
}
