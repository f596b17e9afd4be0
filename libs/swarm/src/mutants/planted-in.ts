import type { SwarmPlan } from '@keyrace/contracts'
import type { Sabotage } from '@keyrace/testbed'
import { mutantOf } from './index.ts'

/** The bug that a plan names. Throws a RangeError where there is no such bug. */
export function plantedIn(plan: SwarmPlan): Sabotage | undefined {
  return plan.mutant === undefined ? undefined : mutantOf(plan.mutant).plant(plan)
}
