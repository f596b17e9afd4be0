import type { HistoryEvent } from '@keyrace/contracts'
import { type Decisions, decisionsOf, type RowOrder, rowOrder } from './exact/decisions.ts'
import { isMutation } from './exact/mutations.ts'
import { createTripleIndex } from './exact/triple-index.ts'
import { readHistory } from './history.ts'
import type { HistoryColumns } from './history-columns.ts'
import { createRights, type Right } from './rights.ts'
import { covers, lastBegun, touches } from './spans.ts'

/** A decision that clients alone can see to be wrong. */
export interface Conviction {
  readonly kind: 'stale-accept' | 'stale-reject' | 'unauthorised-accept'
  readonly op: string
  /** `idx` of its rows. */
  readonly events: readonly number[]
}

/** What makes the black box sound. Both hold, but in the mutants of the checker. */
export interface BlackBoxRules {
  /** Who was let in needs a right that may have stood, who was denied one that must have. */
  readonly mayForAcceptance: boolean
  readonly mustForDenial: boolean
}

const sound: BlackBoxRules = { mayForAcceptance: true, mustForDenial: true }

/**
 * Judges each decision by real time alone, whatever builders and controller say of revisions and generations: an
 * acceptance needs a moment at which some generation of the app may have been open to it, a denial one at which all
 * may have been closed. Never a false alarm; it misses what only several decisions together give away.
 */
export function judgeAsBlackBox(
  history: HistoryColumns,
  { arm }: { readonly arm?: string } = {},
  rules: BlackBoxRules = sound,
): readonly Conviction[] {
  const index = createTripleIndex()
  const order = rowOrder(history)
  const decisions = decisionsOf(history, order, index, { arm, moment: 'answer' })
  const rights = createRights(readHistory(mutationRows(history, order)).mutations)
  const known: Right[] = []
  const convictions: Conviction[] = []
  for (let place = 0; place < decisions.count; place++) {
    const kind = faultOf(decisions, place, rightOf(decisions.register[place] as number), rules)
    if (kind === undefined) continue
    const rows = [decisions.begun[place] as number, decisions.ended[place] as number] as const
    const { op } = history.rowAt(rows[0])
    convictions.push({ kind, op, events: rows.map((row) => history.columns.idx[row] as number) })
  }
  return convictions

  function rightOf(register: number): Right {
    const seen = known[register]
    if (seen !== undefined) return seen
    const [user = null, key = null, app = null] = index.at(register).map(history.strings.text)
    const right = rights.byName({ user, key, app })
    known[register] = right
    return right
  }
}

function mutationRows(history: HistoryColumns, { length, at }: RowOrder): readonly HistoryEvent[] {
  const rows: HistoryEvent[] = []
  for (let place = 0; place < length; place++) {
    const row = at(place)
    if (isMutation(history, row)) rows.push(history.rowAt(row))
  }
  return rows
}

function faultOf(
  { inv, cmp, wanted }: Decisions,
  place: number,
  { may, must }: Right,
  rules: BlackBoxRules,
): Conviction['kind'] | undefined {
  const interval = { inv: inv[place] as number, cmp: cmp[place] as number }
  if (wanted[place] === 0) {
    return covers(rules.mustForDenial ? must : may, interval) ? 'stale-reject' : undefined
  }
  if (touches(rules.mayForAcceptance ? may : must, interval)) return undefined
  return lastBegun(may, interval.cmp) === undefined ? 'unauthorised-accept' : 'stale-accept'
}
