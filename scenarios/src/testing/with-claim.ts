import type { Claim, Plan } from '@keyrace/contracts'
import { describeEnvironment, inSimulatedWorld } from '@keyrace/testbed'
import type { Scenario } from '../harness/scenario.ts'
import { type PlayedTurn, playTurn } from '../harness/turns/play-turn.ts'

/** Plays a plan in virtual time with arms that claim something else than they do. */
export async function playWithClaim(
  scenario: Scenario,
  plan: Plan,
  claimed: (claim: Claim) => Claim,
): Promise<PlayedTurn> {
  const environment = describeEnvironment()
  const { result } = await inSimulatedWorld(plan, (world) => {
    const arms = world.arms.map((arm) => ({ ...arm, claim: claimed(arm.claim) }))
    return playTurn(
      { ...world, arms },
      {
        ...{ scenario, plan, environment },
        continuation: { elapsedMs: 0, rows: 0, prefix: '' },
        progress: () => {},
        signal: new AbortController().signal,
      },
    )
  })
  return result
}
