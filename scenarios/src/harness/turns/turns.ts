import type { Plan } from '@keyrace/contracts'
import { armsOf, isCompared } from '@keyrace/testbed'

/** More would be in each other's way on a small machine. The control of a comparison is one of them. */
const mostArmsAlive = 4

/**
 * A plan whose arms cannot all be alive at one time, as plans that are played one after the other. Arms keep
 * the names that they have in the whole, and each turn has about as many as the others.
 */
export function turnsOf(plan: Plan): readonly Plan[] {
  const named = armsOf(plan)
  if (named.length <= mostArmsAlive) return [plan]
  const arms = plan.arms.map((arm, index) => ({ ...arm, name: named[index]?.name ?? arm.strategy }))
  const most = isCompared(plan) ? mostArmsAlive - 1 : mostArmsAlive
  const count = Math.ceil(arms.length / most)
  const firstOf = (turn: number) => Math.ceil((turn * arms.length) / count)
  return Array.from({ length: count }, (_, turn) => ({
    ...plan,
    arms: arms.slice(firstOf(turn), firstOf(turn + 1)),
  }))
}
