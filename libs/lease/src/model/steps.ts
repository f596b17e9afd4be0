import type { Rules } from '../rules.ts'
import type { Step } from './explore.ts'
import { crash, restarts } from './faults.ts'
import { questionSteps } from './questions.ts'
import { renewalSteps } from './renewals.ts'
import { revocationSteps } from './revocations.ts'
import { ticks } from './ticks.ts'
import type { Bounds, World } from './world.ts'

/** Everything that may happen next. Whoever does nothing for a while is slow, stopped or cut off. */
export function stepsFrom(world: World, bounds: Bounds, rules: Rules): Step<World>[] {
  return [
    ...renewalSteps(world, bounds, rules),
    ...questionSteps(world, bounds, rules),
    ...revocationSteps(world, rules),
    ...ticks(world, bounds, rules),
    ...restarts(world),
    ...crash(world, bounds, rules),
  ]
}
