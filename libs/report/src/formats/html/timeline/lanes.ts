import { type Bar, controllerLane } from './bars.ts'

export interface Lane {
  readonly name: string
  /** Below each other, for what goes on at one time. */
  readonly rows: number
}

/** More would leave no room for the other lanes: what is beyond lies on top of the last. */
const mostRows = 8

/** The controller first, then builders in their order. */
export function lanesOf(bars: readonly Bar[]): {
  readonly lanes: readonly Lane[]
  /** Of each bar. */
  readonly rows: readonly number[]
} {
  const endsOf = new Map<string, number[]>()
  const rows = bars.map((bar) => {
    const ends = endsOf.get(bar.lane) ?? []
    endsOf.set(bar.lane, ends)
    // A fault is the ground of its lane, and takes no room in it.
    return bar.kind === 'fault' ? 0 : rowFor(bar, ends)
  })
  const lanes = [...endsOf]
    .map(([name, ends]) => ({ name, rows: Math.max(1, ends.length) }))
    .toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, 'en', { numeric: true }))
  return { lanes, rows }
}

function rowFor({ fromMs, toMs }: Bar, ends: number[]): number {
  const free = ends.findIndex((end) => end < fromMs)
  const row = free >= 0 ? free : Math.min(ends.length, mostRows - 1)
  ends[row] = Math.max(toMs, ends[row] ?? 0)
  return row
}

function rank({ name }: Lane): number {
  return name === controllerLane ? 0 : 1
}
