import { type HistoryColumns, operationCode, typeCode } from '../history-columns.ts'
import { anyRight, noRight } from './decision.ts'
import type { TripleIndex } from './triple-index.ts'

/** Which moment of a push is looked at: the first answer that its client saw, or the move of the ref. */
export type Moment = 'answer' | 'commit'

/** The decisions of one arm, in order of their begins; places in columns are joined by the same number. */
export interface Decisions {
  readonly count: number
  readonly inv: Float64Array
  readonly cmp: Float64Array
  /** See `Decision`. */
  readonly wanted: Int32Array
  /** The number of (user, key, app) in the index. */
  readonly register: Int32Array
  readonly user: Int32Array
  readonly replica: Int32Array
  /** The rows in the history; of a decision, both. */
  readonly begun: Int32Array
  readonly ended: Int32Array
}

export interface Chosen {
  /** All arms where none is named. */
  readonly arm: string | undefined
  readonly moment: Moment
}

/** What was allowed or denied. What failed, or nobody knows of, decided nothing. */
export function decisionsOf(
  history: HistoryColumns,
  order: RowOrder,
  index: TripleIndex,
  { arm, moment }: Chosen,
): Decisions {
  const { t, type, f, op, arm: arms, user, key, app, replica, generation } = history.columns
  const arm0 = arm === undefined ? undefined : history.strings.code(arm)
  const parts = moment === 'answer' ? (['admission', 'push'] as const) : (['commit'] as const)
  const [first = -1, second = -1] = parts.map(operationCode)
  const ends = endsOf(history, order, first)
  const pushEnds = second < 0 ? ends : endsOf(history, order, second)
  const room = countInvokes(history, first) + (second < 0 ? 0 : countInvokes(history, second))
  const decisions = allocate(room)
  let count = 0
  for (let place = 0; place < order.length; place++) {
    const row = order.at(place)
    if (type[row] !== invoke || (f[row] !== first && f[row] !== second)) continue
    if (arm0 !== undefined && arms[row] !== arm0) continue
    const number = op[row] as number
    // A push is looked at only where nothing is known of its admission.
    if (f[row] === second && (ends[number] as number) !== 0) continue
    const end = ((f[row] === first ? ends : pushEnds)[number] as number) - 1
    if (end < 0 || (type[end] !== ok && type[end] !== denied)) continue
    const named = Math.max(generation[row] as number, generation[end] as number)
    decisions.inv[count] = t[row] as number
    decisions.cmp[count] = t[end] as number
    decisions.wanted[count] = type[end] === denied ? noRight : named > 0 ? named : anyRight
    decisions.register[count] = index.of(
      (user[row] || user[end]) as number,
      (key[row] || key[end]) as number,
      (app[row] || app[end]) as number,
    )
    decisions.user[count] = (user[row] || user[end]) as number
    decisions.replica[count] = replica[row] as number
    decisions.begun[count] = row
    decisions.ended[count] = end
    count++
  }
  return { ...decisions, count }
}

/** The rows of a history in order of time, which is how they come unless somebody mixed them. */
export interface RowOrder {
  readonly length: number
  at(place: number): number
}

export function rowOrder({ length, columns: { t } }: HistoryColumns): RowOrder {
  let isSorted = true
  for (let row = 1; row < length && isSorted; row++) {
    isSorted = (t[row - 1] as number) <= (t[row] as number)
  }
  if (isSorted) return { length, at: (place) => place }
  const rows = Uint32Array.from({ length }, (_, row) => row)
  rows.sort((a, b) => (t[a] as number) - (t[b] as number) || a - b)
  return { length, at: (place) => rows[place] as number }
}

/** The completion of each operation of a kind, by op, as its row plus one. */
export function endsOf(history: HistoryColumns, order: RowOrder, kind: number): Int32Array {
  const { type, f, op } = history.columns
  const ends = new Int32Array(history.strings.size)
  for (let place = 0; place < order.length; place++) {
    const row = order.at(place)
    if (f[row] === kind && type[row] !== invoke) ends[op[row] as number] = row + 1
  }
  return ends
}

export const invoke = typeCode('invoke')
export const ok = typeCode('ok')
export const denied = typeCode('denied')

function countInvokes({ length, columns: { type, f } }: HistoryColumns, kind: number): number {
  let count = 0
  for (let row = 0; row < length; row++) if (f[row] === kind && type[row] === invoke) count++
  return count
}

function allocate(room: number): Omit<Decisions, 'count'> {
  return {
    inv: new Float64Array(room),
    cmp: new Float64Array(room),
    wanted: new Int32Array(room),
    register: new Int32Array(room),
    user: new Int32Array(room),
    replica: new Int32Array(room),
    begun: new Int32Array(room),
    ended: new Int32Array(room),
  }
}

/** Decisions in order of their ends. */
export function byEnd({ count, ended }: Decisions, order: RowOrder): Int32Array {
  const endingAt = new Int32Array(order.length)
  for (let place = 0; place < count; place++) endingAt[ended[place] as number] = place + 1
  const inOrder = new Int32Array(count)
  let found = 0
  for (let place = 0; place < order.length; place++) {
    const decision = endingAt[order.at(place)] as number
    if (decision > 0) inOrder[found++] = decision - 1
  }
  return inOrder
}
