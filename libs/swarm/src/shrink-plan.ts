import type { SwarmPlan } from '@keyrace/contracts'
import type { Clock } from '@keyrace/environment'
import { fewerReplicas } from './shrink/fewer-replicas.ts'
import { leanerFixture } from './shrink/leaner-fixture.ts'
import { fewerFaults, fewerOperations, fewerPoints } from './shrink/parts.ts'
import { type Attempt, createSearch, type Failure, type Search } from './shrink/search.ts'
import { shorterTimes } from './shrink/shorter-times.ts'
import { steadyLatency } from './shrink/steady-latency.ts'

export interface ShrinkBounds {
  readonly attempts: number
  /** By this clock. */
  readonly ms: number
  readonly clock: Pick<Clock, 'now'>
}

export interface Shrunk {
  readonly plan: SwarmPlan
  readonly failure: Failure
  readonly attempts: number
  /** No single operation can be left out. False where a bound came first. */
  readonly isMinimal: boolean
}

/** What makes a story short comes first: it makes each later attempt cheaper as well. */
const passes = [
  fewerFaults,
  fewerPoints,
  fewerReplicas,
  fewerOperations,
  leanerFixture,
  shorterTimes,
  steadyLatency,
] as const satisfies ((search: Search) => Promise<void>)[]

/**
 * The smallest plan that can be found which fails as this one does: the same invariant for the same cause. Undefined
 * where the plan itself does not fail. The same plan and attempts give the same result.
 */
export async function shrinkPlan(
  plan: SwarmPlan,
  attempt: Attempt,
  bounds: ShrinkBounds,
): Promise<Shrunk | undefined> {
  const until = bounds.clock.now() + bounds.ms
  const failure = await attempt(plan)
  if (failure === undefined) return undefined
  const isOver = (attempts: number) => attempts >= bounds.attempts || bounds.clock.now() >= until
  const search = createSearch({ plan, failure, attempt, isOver })
  // What one pass takes away may be what kept another from taking more.
  for (let before: SwarmPlan | undefined; before !== search.plan(); ) {
    before = search.plan()
    for (const pass of passes) await pass(search)
  }
  return {
    plan: search.plan(),
    failure,
    attempts: search.attempts(),
    isMinimal: !search.isSpent(),
  }
}
