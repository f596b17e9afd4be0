import type { Decision } from './decision.ts'
import { dueBefore, dueTime } from './frontier.ts'
import { firstMatch, lastMatch } from './matching.ts'
import type { Mutation } from './mutation.ts'
import { lastBegun, phaseAt, type Register } from './register.ts'
import type { Rules } from './rules.ts'
import type { Terms } from './terms.ts'

export type DecisionFault = 'stale-allow' | 'stale-deny' | 'never' | 'not-monotone'

/** How a decision lags behind the acknowledgements, whatever the terms. */
export interface Lag {
  /** The smallest bound under which it would be right; infinite if none would do. */
  readonly certainMs: number
  /** How many revisions that touch the right were acknowledged before it began, and not heeded. */
  readonly missedRevisions: number
}

/** Why a decision is wrong. */
export interface Accusation {
  readonly fault: DecisionFault
  /** The phase that it should have seen at least. */
  readonly phase: number
  /** The first mutation that it missed. */
  readonly missed: Mutation | undefined
  readonly lag: Lag
}

/** Every condition is a lower limit or one upper limit, so that the first phase that fits serves all others best. */
export function phaseSeen(
  register: Register,
  decision: Decision,
  { user, floor, terms, rules }: Circumstances,
): number {
  const from = Math.max(firstDue(register, decision, terms, rules), phaseAt(register, floor))
  const to = lastVisible(register, decision, rules)
  if (rules.earliestState) return firstMatch(register, decision, { from, to, pusher: user }, rules)
  const last = lastMatch(register, decision, { to, pusher: user })
  return last < from ? -1 : last
}

/** Why `phaseSeen` found no phase. */
export function accuse(
  register: Register,
  decision: Decision,
  { user, terms, rules }: Circumstances,
): Accusation {
  const from = firstDue(register, decision, terms, rules)
  const to = lastVisible(register, decision, rules)
  const limits = { from, to, pusher: user }
  const lag = lagOf(register, decision, user, rules)
  if (firstMatch(register, decision, limits, rules) >= 0) {
    return { fault: 'not-monotone', phase: from, missed: undefined, lag }
  }
  const past = lastMatch(register, decision, { to: Math.min(from, to), pusher: user })
  const missed = register.writes[past + 1]
  if (past < 0) return { fault: 'never', phase: from, missed: undefined, lag }
  return { fault: decision.wanted === 0 ? 'stale-deny' : 'stale-allow', phase: from, missed, lag }
}

export interface Circumstances {
  readonly user: number
  /** A revision that somebody in the scope has seen; -1 for none. */
  readonly floor: number
  readonly terms: Terms
  readonly rules: Rules
}

export function lagOf(register: Register, decision: Decision, user: number, rules: Rules): Lag {
  const to = lastVisible(register, decision, rules)
  const seen = lastMatch(register, decision, { to, pusher: user })
  if (seen < 0) return { certainMs: Number.POSITIVE_INFINITY, missedRevisions: 0 }
  const known = dueBefore(register.acknowledged, decision.inv)
  if (seen >= known) return noLag
  const certainMs = decision.inv - dueTime(register.acknowledged, seen + 1)
  return { certainMs, missedRevisions: known - seen }
}

const noLag: Lag = { certainMs: 0, missedRevisions: 0 }

function firstDue(
  register: Register,
  { inv }: Decision,
  { settledAt }: Terms,
  rules: Rules,
): number {
  if (settledAt !== null && inv < settledAt) return 0
  return dueBefore(register.due, inv, rules.closedIntervals)
}

function lastVisible(register: Register, { cmp }: Decision, rules: Rules): number {
  if (!rules.nothingFromTheFuture) return register.revisions.length - 1
  return lastBegun(register, cmp, rules.closedIntervals)
}
