import { anyRight, type Decision, noRight } from './decision.ts'
import { countAtMost, countBelow } from './frontier.ts'
import type { Mutation } from './mutation.ts'
import type { Register } from './register.ts'
import { type Rules, sound } from './rules.ts'
import { afterMutation, anyGeneration, rightIn, type State } from './state.ts'

/** The first phase within limits in which a decision is right; -1 if there is none. */
export function firstMatch(
  register: Register,
  decision: Decision,
  { from, to, pusher }: Limits,
  rules: Rules = sound,
): number {
  if (from > to) return -1
  if (register.loose.length > 0) {
    for (let phase = from; phase <= to; phase++) {
      if (mightBe(register, phase, decision, pusher)) return phase
    }
    return -1
  }
  const { runs, rights } = register
  const run = countAtMost(runs, from) - 1
  const wanted = rules.generationsDiffer || decision.wanted === noRight ? decision.wanted : anyRight
  if (fits(rights[run] as number, wanted)) return from
  const next = wanted === anyRight ? run + 1 : nextOf(register.runsOf.get(wanted), run)
  const phase = runs[next] ?? Number.POSITIVE_INFINITY
  return phase <= to ? phase : -1
}

/** The last phase up to a limit in which a decision is right; -1 if there is none. */
export function lastMatch(
  register: Register,
  decision: Decision,
  { to, pusher }: Omit<Limits, 'from'>,
): number {
  if (register.loose.length > 0) {
    for (let phase = to; phase >= 0; phase--) {
      if (mightBe(register, phase, decision, pusher)) return phase
    }
    return -1
  }
  const { runs, rights, runsOf } = register
  const run = countAtMost(runs, to) - 1
  if (run < 0) return -1
  if (fits(rights[run] as number, decision.wanted)) return to
  const earlier =
    decision.wanted === anyRight ? run - 1 : previousOf(runsOf.get(decision.wanted), run)
  return earlier < 0 ? -1 : (runs[earlier + 1] as number) - 1
}

export interface Limits {
  readonly from: number
  readonly to: number
  /** The user whose right it is. */
  readonly pusher: number
}

function fits(right: number, wanted: number): boolean {
  return wanted === anyRight ? right !== noRight : right === wanted
}

function nextOf(runs: readonly number[] | undefined, run: number): number {
  return runs?.[countAtMost(runs, run)] ?? Number.POSITIVE_INFINITY
}

function previousOf(runs: readonly number[] | undefined, run: number): number {
  return runs?.[countBelow(runs, run) - 1] ?? -1
}

/**
 * Whoever decided may have seen some of what is loose, each as the last thing before it looked. That is more than
 * could be true of all decisions together, so that nobody is convicted for what is not known.
 */
function mightBe(register: Register, phase: number, decision: Decision, pusher: number): boolean {
  const begun = register.loose.filter(({ inv }) => inv <= decision.cmp)
  if (begun.length > mostLoose) return true
  return someOrder(register.states[phase] as State, begun, pusher, decision.wanted)
}

/** Of as many all orders are tried; more explain anything. */
const mostLoose = 5

function someOrder(
  state: State,
  loose: readonly Mutation[],
  pusher: number,
  wanted: number,
): boolean {
  const right = rightIn(state)
  if (fits(right, wanted) || (right === anyGeneration && wanted !== noRight)) return true
  return loose.some((next) => {
    const others = loose.filter((other) => other !== next)
    return someOrder(afterMutation(state, next, pusher), others, pusher, wanted)
  })
}
