import type { SwarmPlan } from '@keyrace/contracts'
import type { Sabotage } from '@keyrace/testbed'
import type { DrawOptions } from '../draw-plan.ts'

/** A bug that somebody had, or could have, planted into a world that is right. */
export interface Mutant {
  readonly sentence: string
  /** Where it is known from. */
  readonly source: string
  /** The invariant that convicts it. */
  readonly killedBy: string
  /** What is given of a plan that may show it. */
  readonly where?: Partial<DrawOptions>
  /** Bends what was drawn towards what shows it. The world without the bug has to be right all the same. */
  readonly focus?: (plan: SwarmPlan) => SwarmPlan
  /** Anew for each world: what a bug remembers, it remembers of one world. */
  readonly plant: (plan: SwarmPlan) => Sabotage
}
