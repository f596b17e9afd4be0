import type { HistoryEvent } from '@keyrace/contracts'
import { createHistory, operationCode } from '../history-columns.ts'
import { decisionViolation, orderViolation, type Violation } from './check.ts'
import { createCommitOrder } from './commit-order.ts'
import { anyRight, noRight } from './decision.ts'
import { createFold } from './fold.ts'
import { accuse, phaseSeen } from './judge-decision.ts'
import type { Mutation } from './mutation.ts'
import { mutates, mutationOf, type Settlements } from './mutations.ts'
import { sound } from './rules.ts'
import { longestBoundMs, type Scope, type Terms } from './terms.ts'
import { createTripleIndex } from './triple-index.ts'

/**
 * The exact checker while the run goes on. Rows come in order of time; each call answers the first violation once
 * there is one. A decision is judged as soon as every mutation that it may have seen has ended.
 */
export interface ExactStream {
  feed(row: HistoryEvent): Violation | undefined
  /** Nothing more will come: what has not ended is of unknown outcome. */
  end(): Violation | undefined
}

export interface StreamOptions {
  readonly terms: Terms
  /** All arms where none is named. */
  readonly arm?: string
  readonly settlements?: Settlements
  /** After how many mutations old ones are forgotten, where the terms have a bound. */
  readonly forgetEvery?: number
}

interface Open {
  readonly row: HistoryEvent
  readonly register: number
  readonly user: number
  readonly scope: number
  floor: number
}

type Step = { readonly open: Open } | { readonly open: Open; readonly end: HistoryEvent }

const noSettlements: Settlements = new Map()

export function createExactStream({
  terms,
  arm,
  settlements = noSettlements,
  forgetEvery = 4096,
}: StreamOptions): ExactStream {
  /** Two rows at a time, to read a mutation from; its texts stay. */
  const scratch = createHistory(2)
  const { strings } = scratch
  const index = createTripleIndex()
  const scopes = createTripleIndex()
  const fold = createFold(index, terms, sound)
  const order = createCommitOrder(fold, sound)

  let now = Number.NEGATIVE_INFINITY
  let rowsOfNow: HistoryEvent[] = []
  /** By op, in order of time. */
  const outstanding = new Map<string, HistoryEvent>()
  let ended: Mutation[] = []
  const open = new Map<string, Open>()
  const answered = new Set<string>()
  const steps: Step[] = []
  let taken = 0
  const floors = new Map<number, number>()
  let raises: { readonly scope: number; readonly at: number; readonly revision: number }[] = []
  /** What may not be forgotten yet, in commit order, with the time when it was due. */
  let recent: { readonly revision: number; readonly due: number }[] = []
  const longestMs = longestBoundMs(terms)
  let violation: Violation | undefined

  return {
    feed(row) {
      if (violation !== undefined) return violation
      if (row.t < now) throw new Error(`the history is not in order of time: row ${row.idx}`)
      if (row.t > now) {
        flush()
        now = row.t
      }
      rowsOfNow.push(row)
      return violation
    },
    end() {
      flush()
      for (const row of outstanding.values()) settle(row, undefined)
      outstanding.clear()
      for (const mutation of ended.sort(byRevision)) release(mutation)
      ended = []
      advance()
      return violation
    },
  }

  /** Rows of one time are concurrent: whatever begins then has begun before anything ends. */
  function flush(): void {
    for (const row of rowsOfNow) if (row.type === 'invoke') begin(row)
    for (const row of rowsOfNow) if (row.type !== 'invoke' && row.f !== 'push') finish(row)
    for (const row of rowsOfNow) if (row.type !== 'invoke' && row.f === 'push') finish(row)
    rowsOfNow = []
    releaseFirm()
    advance()
  }

  function begin(row: HistoryEvent): void {
    if (isMutationRow(row)) outstanding.set(row.op, row)
    if (!isDecision(row)) return
    const [user, key, app] = [row.user, row.key, row.app].map((text) => strings.code(text))
    const register = index.of(user as number, key as number, app as number)
    const scope = scopeOf(terms.scope, register, user as number, strings.code(row.replica))
    const opened = { row, register, user: user as number, scope, floor: -1 }
    open.set(`${row.f} ${row.op}`, opened)
    steps.push({ open: opened })
  }

  function finish(row: HistoryEvent): void {
    const invoke = outstanding.get(row.op)
    if (isMutationRow(row) && invoke !== undefined) {
      outstanding.delete(row.op)
      settle(invoke, row)
    }
    if (!isDecision(row)) return
    const name = `${row.f} ${row.op}`
    const opened = open.get(name)
    open.delete(name)
    if (row.f === 'admission') answered.add(row.op)
    else if (answered.delete(row.op)) return
    const isDecided = row.type === 'ok' || row.type === 'denied'
    if (opened !== undefined && isDecided) steps.push({ open: opened, end: row })
  }

  function isDecision(row: HistoryEvent): boolean {
    const isOurs = arm === undefined || row.arm === arm
    return isOurs && (row.f === 'admission' || row.f === 'push')
  }

  function scopeOf(scope: Scope, register: number, user: number, replica: number): number {
    if (scope === 'user') return scopes.of(-1, user, 0)
    return scopes.of(register, scope === 'replica' ? replica : 0, 0)
  }

  function settle(invoke: HistoryEvent, end: HistoryEvent | undefined): void {
    scratch.clear()
    scratch.append(invoke)
    if (end !== undefined) scratch.append(end)
    const mutation = mutationOf(scratch, 0, end && 1, settlements, sound)
    if (mutation === undefined) return
    if (mutation.revision < 0) fold.suspect(mutation)
    else ended.push(mutation)
  }

  /** What comes before a mutation in commit order has begun before its end: once all that has ended, so has this. */
  function releaseFirm(): void {
    const horizon = earliestOutstanding()
    const firm = ended.filter(({ cmp }) => cmp < horizon)
    const upTo = Math.max(-1, ...firm.map(({ revision }) => revision))
    const ready = ended.filter(({ revision }) => revision <= upTo)
    ended = ended.filter(({ revision }) => revision > upTo)
    for (const mutation of ready.sort(byRevision)) release(mutation)
    if (recent.length >= forgetEvery) forget()
  }

  function release(mutation: Mutation): void {
    const contradiction = order(mutation)
    if (contradiction !== undefined) violation ??= orderViolation(strings, contradiction)
    recent.push({ revision: mutation.revision, due: mutation.cmp + longestMs })
  }

  function earliestOutstanding(): number {
    const [first] = outstanding.values()
    return first?.t ?? Number.POSITIVE_INFINITY
  }

  function advance(): void {
    const firstUnreleased = Math.min(earliestOutstanding(), ...ended.map(({ inv }) => inv))
    for (; taken < steps.length && violation === undefined; taken++) {
      const step = steps[taken] as Step
      if (!('end' in step)) lookAtFloor(step.open)
      else if (step.end.t < firstUnreleased) decide(step.open, step.end)
      else break
    }
    if (2 * taken > steps.length) {
      steps.splice(0, taken)
      taken = 0
    }
  }

  function lookAtFloor(opened: Open): void {
    if (terms.scope === 'none') return
    const before = raises.filter(({ at }) => at < opened.row.t)
    for (const { scope, revision } of before) {
      floors.set(scope, Math.max(floors.get(scope) ?? -1, revision))
    }
    if (before.length > 0) raises = raises.slice(before.length)
    opened.floor = floors.get(opened.scope) ?? -1
  }

  function decide(opened: Open, end: HistoryEvent): void {
    const { row, user, floor } = opened
    const generation = end.generation ?? row.generation ?? anyRight
    const wanted = end.type === 'denied' ? noRight : generation
    const decision = { wanted, inv: row.t, cmp: end.t }
    const register = fold.register(opened.register)
    const circumstances = { user, floor, terms, rules: sound }
    const phase = phaseSeen(register, decision, circumstances)
    if (phase >= 0) {
      const revision = register.revisions[phase] as number
      if (terms.scope !== 'none') raises.push({ scope: opened.scope, at: end.t, revision })
      return
    }
    violation = decisionViolation(accuse(register, decision, circumstances), {
      op: row.op,
      events: [row.idx, end.idx],
      strings,
    })
  }

  /** What every decision still to come has to know anyway. */
  function forget(): void {
    if (terms.settledAt !== null) return
    const waiting = [...steps.slice(taken).map((step) => step.open.row.t)]
    const since = Math.min(now, ...waiting, ...[...open.values()].map(({ row }) => row.t))
    const kept = recent.findIndex(({ due }) => due >= since)
    const known = kept < 0 ? recent.length : kept
    const upTo = recent[known - 1]?.revision
    if (upTo === undefined) return
    fold.forget(upTo)
    recent = recent.slice(known)
  }
}

function isMutationRow({ f }: HistoryEvent): boolean {
  return mutates[operationCode(f)] === 1
}

function byRevision(a: Mutation, b: Mutation): number {
  return a.revision - b.revision || a.inv - b.inv
}
