import type { Claim, Knobs, Plan } from '@keyrace/contracts'
import {
  isStrategyName,
  type Strategy,
  type StrategyName,
  settle,
  strategies,
} from '@keyrace/key-lookup'
import { SetupError } from './setup-error.ts'

export interface ArmPlan {
  readonly name: string
  readonly strategy: StrategyName
  readonly knobs: Knobs
  readonly claim: Claim
  readonly replicas: readonly string[]
}

/** The arms of a plan, with knobs settled, claims worked out and names that tell twins apart. */
export function armsOf(plan: Plan): readonly ArmPlan[] {
  return plan.arms.map(({ strategy, knobs: set }, index) => {
    const twins = plan.arms.slice(0, index).filter((arm) => arm.strategy === strategy).length
    if (!isStrategyName(strategy)) throw unknownStrategy(strategy)
    const rival: Strategy = strategies[strategy]
    const knobs = settle(strategy, rival, set)
    return {
      name: twins === 0 ? strategy : `${strategy}#${twins + 1}`,
      strategy,
      knobs,
      claim: rival.claim(knobs),
      replicas: Array.from({ length: plan.replicas }, (_, replica) => `builder-${replica + 1}`),
    }
  })
}

function unknownStrategy(name: string): SetupError {
  const known = Object.keys(strategies).join(', ')
  return new SetupError('unknown-strategy', `there is no strategy ${name}: choose from ${known}`)
}
