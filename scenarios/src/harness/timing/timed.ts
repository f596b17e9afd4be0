import type { Arm, World } from '@keyrace/testbed'

/** The arms of the plan, and their control. */
export function timedArms({ arms, control }: Pick<World, 'arms' | 'control'>): readonly Arm[] {
  return control === undefined ? arms : [...arms, control]
}
