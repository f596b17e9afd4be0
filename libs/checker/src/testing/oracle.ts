import type { Interval } from '../history.ts'

/** A mutation as the oracle sees it: what it does to the state of the world. */
export interface Effect<State> extends Interval {
  /** It may have happened, at any time after its invoke, or not at all. */
  readonly unknown: boolean
  readonly apply: (state: State) => State
}

/**
 * Tries every order of the mutations and one push that fits real time, and tells whether in one of them the
 * push finds a state in which its decision is right. Slow and plain on purpose: it knows no intervals.
 */
export function couldBeRight<State>(
  initial: State,
  mutations: readonly Effect<State>[],
  push: Interval,
  isRight: (state: State) => boolean,
): boolean {
  return explore(initial, mutations)

  function explore(state: State, left: readonly Effect<State>[]): boolean {
    if (left.every((other) => !precedes(other, push)) && isRight(state)) return true
    return left.some((next) => {
      const others = left.filter((other) => other !== next)
      // What can only come after the push no longer matters to it.
      if (precedes(push, next) || others.some((other) => precedes(other, next))) return false
      return explore(next.apply(state), others)
    })
  }
}

/** Real time orders two operations if one had ended before the other began. */
function precedes(a: Interval & { readonly unknown?: boolean }, b: Interval): boolean {
  return !a.unknown && a.cmp < b.inv
}
