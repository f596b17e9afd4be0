import type { SwarmPlan } from '@keyrace/contracts'
import { drawPlan } from '../draw-plan.ts'
import type { Mutant } from './mutant.ts'

/** The world of a seed in which a bug may show, without the bug. */
export function planFor({ where, focus }: Mutant, seed: number): SwarmPlan {
  const drawn = drawPlan(seed, { system: 'fixed', ...where })
  return focus === undefined ? drawn : focus(drawn)
}
