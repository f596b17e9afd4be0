import type { SwarmPlan } from '@keyrace/contracts'
import { type PlayedWorld, playWorld } from './play-world.ts'
import type { Failure } from './shrink/search.ts'
import { type ShrinkBounds, type Shrunk, shrinkPlan } from './shrink-plan.ts'

/** Shrinks a plan by playing it; see `shrinkPlan`. A world that cannot go on is a failure as well. */
export function shrinkWorld(
  plan: SwarmPlan,
  bounds: ShrinkBounds,
  play: typeof playWorld = playWorld,
): Promise<Shrunk | undefined> {
  return shrinkPlan(plan, attempt, bounds)

  async function attempt(candidate: SwarmPlan, sought?: Failure): Promise<Failure | undefined> {
    const failures = await play(candidate).then(failuresOf, (error) => [crashOf(error)])
    return failures.find((failure) => isOf(failure, sought)) ?? failures[0]
  }
}

/** What was broken in a world, worst first. */
export function failuresOf({ judgement }: Pick<PlayedWorld, 'judgement'>): readonly Failure[] {
  return judgement.findings
    .filter(({ violation }) => violation)
    .map(({ invariant, cause }) => ({ invariant, cause: cause?.code ?? '' }))
}

function crashOf(error: unknown): Failure {
  const { code, name } = Object(error)
  return { invariant: 'the-world-goes-on', cause: String(code ?? name) }
}

function isOf({ invariant, cause }: Failure, sought: Failure | undefined): boolean {
  return invariant === sought?.invariant && cause === sought.cause
}
