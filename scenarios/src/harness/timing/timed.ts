import type { Sample } from '@keyrace/contracts'
import type { Arm, World } from '@keyrace/testbed'

/** The arms of the plan, and their control. */
export function timedArms({ arms, control }: Pick<World, 'arms' | 'control'>): readonly Arm[] {
  return control === undefined ? arms : [...arms, control]
}

/** Does its time count? Block 0 warms up, and what failed took as long as it took to fail. */
export function isTimed({
  phase,
  block,
  outcome,
}: Pick<Sample, 'phase' | 'block' | 'outcome'>): boolean {
  return phase === 'latency' && block !== 0 && outcome === 'ok'
}
