import { countAtMost, countBelow, createFrontier, type Frontier, pushDue } from './frontier.ts'
import { clauseOf, type Mutation } from './mutation.ts'
import type { Rules } from './rules.ts'
import { afterMutation, nothing, rightIn, type State } from './state.ts'
import type { Terms } from './terms.ts'

/**
 * The right of one user with one key to one app name, as the revisions order it. Phase 0 is before all of them;
 * each revision that touches the right begins another phase, whether it changes the right or not.
 */
export interface Register {
  readonly revisions: number[]
  /** Nobody can have seen a phase before this time. They rise. */
  readonly begins: number[]
  /** What began a phase; nothing began the first. */
  readonly writes: (Mutation | undefined)[]
  /** When a phase has to be seen under the terms. */
  readonly due: Frontier
  /** When it was acknowledged. */
  readonly acknowledged: Frontier
  /** Stretches of phases with the same right, by their first phase. */
  readonly runs: number[]
  /** The generation that may be pushed to in a run; 0 for none. */
  readonly rights: number[]
  /** The runs of each right, in order. */
  readonly runsOf: Map<number, number[]>
  /** What may have happened at any time. */
  readonly loose: readonly Mutation[]
  /** After each phase; kept only where something is loose. */
  readonly states: State[]
  state: State
}

export function createRegister(loose: readonly Mutation[], rules: Rules): Register {
  const register: Register = {
    revisions: [],
    begins: [],
    writes: [],
    due: createFrontier(),
    acknowledged: createFrontier(),
    runs: [],
    rights: [],
    runsOf: new Map(),
    loose,
    states: [],
    state: nothing,
  }
  addPhase(register, { revision: -1, begin: Number.NEGATIVE_INFINITY, write: undefined }, rules)
  return register
}

/** All writes of one revision, which become visible together. */
export function extend(
  register: Register,
  writes: readonly Mutation[],
  pusher: number,
  { terms, rules, begin }: { readonly terms: Terms; readonly rules: Rules; readonly begin: number },
): void {
  const phase = register.revisions.length
  let [due, acknowledged] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (const write of writes) {
    register.state = afterMutation(register.state, write, pusher, rules)
    const seenFrom = rules.dueFromAcknowledgement ? write.cmp : write.inv
    due = Math.min(due, seenFrom + boundOf(write, pusher, terms, rules))
    acknowledged = Math.min(acknowledged, write.cmp)
  }
  const write = writes.at(-1)
  addPhase(register, { revision: write?.revision ?? -1, begin, write }, rules)
  const earlier = register.due.times.at(-1) ?? due
  pushDue(register.due, phase, rules.dueBringsEarlier ? due : Math.max(due, earlier))
  pushDue(register.acknowledged, phase, acknowledged)
}

function boundOf(write: Mutation, pusher: number, terms: Terms, rules: Rules): number {
  if (terms.ownBoundMs !== null && write.user === pusher) return terms.ownBoundMs
  const [effect, ground] = clauseOf(write, pusher)
  const clause = rules.ownClause ? effect : effect === 'grant' ? 'revocation' : 'grant'
  return terms.bounds[clause][ground]
}

function addPhase(
  register: Register,
  phase: {
    readonly revision: number
    readonly begin: number
    readonly write: Mutation | undefined
  },
  rules: Rules,
): void {
  const number = register.revisions.push(phase.revision) - 1
  register.begins.push(phase.begin)
  register.writes.push(phase.write)
  if (register.loose.length > 0) register.states.push(register.state)
  const right = rightIn(register.state, rules)
  if (number > 0 && right === register.rights.at(-1)) return
  const run = register.runs.push(number) - 1
  register.rights.push(right)
  const others = register.runsOf.get(right)
  if (others === undefined) register.runsOf.set(right, [run])
  else others.push(run)
}

/** The last phase that somebody knows who knows a revision. */
export function phaseAt({ revisions }: Register, revision: number): number {
  return countAtMost(revisions, revision) - 1
}

/** The last phase that anybody can have seen by a time. */
export function lastBegun({ begins }: Register, time: number, closed = true): number {
  return (closed ? countAtMost(begins, time) : countBelow(begins, time)) - 1
}

/** The generation that might be pushed to after a phase; 0 for none. */
export function rightAfter({ runs, rights }: Register, phase: number): number {
  return rights[countAtMost(runs, phase) - 1] as number
}
