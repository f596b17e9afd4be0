import type { HistoryColumns } from '../history-columns.ts'
import type { StringTable } from '../string-table.ts'
import { type Contradiction, createCommitOrder } from './commit-order.ts'
import {
  byEnd,
  type Chosen,
  type Decisions,
  decisionsOf,
  type RowOrder,
  rowOrder,
} from './decisions.ts'
import { createFold, type Fold } from './fold.ts'
import {
  type Accusation,
  accuse,
  type Circumstances,
  type DecisionFault,
  lagOf,
  phaseSeen,
} from './judge-decision.ts'
import { mutationsOf, type Settlements } from './mutations.ts'
import type { Register } from './register.ts'
import { type Rules, sound } from './rules.ts'
import { longestBoundMs, type Scope, type Terms } from './terms.ts'
import { createTripleIndex } from './triple-index.ts'

/** Something that the terms do not allow. */
export interface Violation {
  /** `order`: the controller's own order of two mutations contradicts their acknowledgements. */
  readonly kind: DecisionFault | 'order'
  /** The push; of an order, the later mutation. */
  readonly op: string
  /** How many revisions that touch the right it had to know at least; null for an order. */
  readonly phase: number | null
  /** Ops of the mutations that it missed, or contradicts. */
  readonly missed: readonly string[]
  /** The bound under which this decision alone would have been right; infinite if none would do. */
  readonly certainMs: number | null
  /** `idx` of the rows that show it: of the mutation and of the decision. */
  readonly events: readonly number[]
}

export interface ExactVerdict {
  readonly violations: readonly Violation[]
  readonly decisions: number
  /**
   * The smallest bound for all mutations under which every decision is right by itself; infinite if none would
   * do.
   */
  readonly smallestBoundMs: number
  /** The most revisions that a decision did not heed though they had been acknowledged when it began. */
  readonly missedRevisions: number
}

export interface ExactOptions extends Partial<Chosen> {
  readonly terms: Terms
  /** Of mutations of unknown outcome; without them they may have happened at any time. */
  readonly settlements?: Settlements
}

/**
 * Holds each decision against the order of the revisions, in O((n + m) log (n + m)) of n decisions and of m the
 * mutations that touch their rights. Nothing is searched: all conditions on the state that a decision saw are
 * lower limits, but for one upper limit, so that it is taken to have seen the first that fits.
 */
export function checkExactly(
  history: HistoryColumns,
  { terms, arm, moment = 'answer', settlements = new Map() }: ExactOptions,
  rules: Rules = sound,
): ExactVerdict {
  const order = rowOrder(history)
  const index = createTripleIndex()
  const { ordered, loose } = mutationsOf(history, order, settlements, rules)
  const decisions = decisionsOf(history, order, index, { arm, moment })
  const fold = createFold(index, terms, rules)
  const release = createCommitOrder(fold, rules)
  for (const mutation of loose) fold.suspect(mutation)
  const contradictions = ordered.flatMap((mutation) => {
    const contradiction = release(mutation)
    return contradiction === undefined ? [] : [contradiction]
  })
  const judged = sweep(decisions, order, fold, { terms, rules })
  return {
    violations: [
      ...contradictions.map((pair) => orderViolation(history.strings, pair)),
      ...judged.accused.map((place) =>
        violationAt(history, decisions, place, fold.register(decisions.register[place] as number), {
          terms,
          rules,
          floor: -1,
          user: decisions.user[place] as number,
        }),
      ),
    ],
    decisions: decisions.count,
    smallestBoundMs: judged.smallestBoundMs,
    missedRevisions: judged.missedRevisions,
  }
}

interface Judged {
  readonly accused: readonly number[]
  readonly smallestBoundMs: number
  readonly missedRevisions: number
}

/** Decisions by their begins; whoever has ended before raises the floor of the scope. */
function sweep(
  decisions: Decisions,
  order: RowOrder,
  fold: Fold,
  { terms, rules }: Pick<Circumstances, 'terms' | 'rules'>,
): Judged {
  const { count, inv, cmp } = decisions
  const scopes = rules.monotone ? scopesOf(decisions, terms.scope) : undefined
  const ends = scopes === undefined ? undefined : byEnd(decisions, order)
  const floors = new Float64Array(scopes?.size ?? 0).fill(-1)
  const seen = new Float64Array(scopes === undefined ? 0 : count).fill(-1)
  const isStrict = longestBoundMs(terms) === 0 && terms.settledAt === null
  const accused: number[] = []
  let [ended, smallestBoundMs, missedRevisions] = [0, 0, 0]
  for (let place = 0; place < count; place++) {
    const [begin, scope] = [inv[place] as number, scopes?.of[place]]
    while (ends !== undefined && ended < count) {
      const other = ends[ended] as number
      const over = rules.monotoneAfterEnd ? (cmp[other] as number) : (inv[other] as number)
      if (over >= begin) break
      const own = scopes?.of[other] as number
      floors[own] = Math.max(floors[own] as number, seen[other] as number)
      ended++
    }
    const register = fold.register(decisions.register[place] as number)
    const decision = decisionAt(decisions, place)
    const user = decisions.user[place] as number
    const floor = scope === undefined ? -1 : (floors[scope] as number)
    const phase = phaseSeen(register, decision, { user, floor, terms, rules })
    if (phase < 0) accused.push(place)
    else if (scope !== undefined) seen[place] = register.revisions[phase] as number
    // Who is right without any bound lags behind nothing.
    if (phase >= 0 && isStrict) continue
    const lag = lagOf(register, decision, user, rules)
    smallestBoundMs = Math.max(smallestBoundMs, lag.certainMs)
    missedRevisions = Math.max(missedRevisions, lag.missedRevisions)
  }
  return { accused, smallestBoundMs, missedRevisions }
}

interface Scopes {
  readonly size: number
  readonly of: Int32Array
}

function scopesOf(decisions: Decisions, scope: Scope): Scopes | undefined {
  const { count, register, replica, user } = decisions
  if (scope === 'none') return undefined
  const index = createTripleIndex()
  const of = new Int32Array(count)
  for (let place = 0; place < count; place++) {
    const right = scope === 'user' ? 0 : (register[place] as number)
    const who = scope === 'user' ? user[place] : scope === 'replica' ? replica[place] : 0
    of[place] = index.of(right, who as number, 0)
  }
  return { size: index.size, of }
}

function decisionAt({ wanted, inv, cmp }: Decisions, place: number) {
  return {
    wanted: wanted[place] as number,
    inv: inv[place] as number,
    cmp: cmp[place] as number,
  }
}

function violationAt(
  { columns, strings }: HistoryColumns,
  decisions: Decisions,
  place: number,
  register: Register,
  circumstances: Circumstances,
): Violation {
  const rows = [decisions.begun[place] as number, decisions.ended[place] as number] as const
  return decisionViolation(accuse(register, decisionAt(decisions, place), circumstances), {
    op: strings.text(columns.op[rows[0]] as number) ?? '',
    events: rows.map((row) => columns.idx[row] as number),
    strings,
  })
}

/** For a decision that no phase fits. */
export function decisionViolation(
  { fault, phase, missed, lag }: Accusation,
  told: { readonly op: string; readonly events: readonly number[]; readonly strings: StringTable },
): Violation {
  return {
    kind: fault,
    op: told.op,
    phase,
    missed: missed === undefined ? [] : [told.strings.text(missed.op) ?? ''],
    certainMs: lag.certainMs,
    events: [...(missed?.events ?? []), ...told.events],
  }
}

/** For two mutations in the wrong order. */
export function orderViolation(strings: StringTable, [earlier, later]: Contradiction): Violation {
  return {
    kind: 'order',
    op: strings.text(later.op) ?? '',
    phase: null,
    missed: [strings.text(earlier.op) ?? ''],
    certainMs: null,
    events: [...earlier.events, ...later.events],
  }
}
