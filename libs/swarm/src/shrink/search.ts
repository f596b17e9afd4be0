import type { SwarmPlan } from '@keyrace/contracts'

/** What makes two failures the same one. */
export interface Failure {
  readonly invariant: string
  /** The code of its cause. */
  readonly cause: string
}

/**
 * Plays a candidate, and says how it failed; undefined where it did not. Where it failed in several ways,
 * the one that is sought counts, if it is among them.
 */
export type Attempt = (candidate: SwarmPlan, sought?: Failure) => Promise<Failure | undefined>

/** The smallest plan so far that fails as the first one did. */
export interface Search {
  plan(): SwarmPlan
  /** Takes the candidate's place in the search if it fails in the same way. */
  accepts(candidate: SwarmPlan): Promise<boolean>
  attempts(): number
  /** A bound was reached, and something was left untried. */
  isSpent(): boolean
}

/** No candidate is tried twice: so an attempt that gives another answer each time cannot keep the search going. */
export function createSearch({
  plan,
  failure,
  attempt,
  isOver,
}: {
  readonly plan: SwarmPlan
  readonly failure: Failure
  readonly attempt: Attempt
  /** After so many attempts. */
  readonly isOver: (attempts: number) => boolean
}): Search {
  const tried = new Set([JSON.stringify(plan)])
  let best = plan
  let attempts = 1
  let isSpent = false

  return {
    plan: () => best,
    attempts: () => attempts,
    isSpent: () => isSpent,
    async accepts(candidate) {
      const text = JSON.stringify(candidate)
      if (tried.has(text)) return false
      isSpent ||= isOver(attempts)
      if (isSpent) return false
      tried.add(text)
      attempts++
      if (!isSame(await attempt(candidate, failure), failure)) return false
      best = candidate
      return true
    },
  }
}

function isSame(a: Failure | undefined, b: Failure): boolean {
  return a?.invariant === b.invariant && a.cause === b.cause
}
