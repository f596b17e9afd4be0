import type { LatencyPlan } from '@keyrace/contracts'
import { assumedSpread } from '@keyrace/statistics'

/** Pushes in each of the blocks that the assumption is about. */
const assumedPushes = 50
/** Measured on a quiet machine with two cores, one push at a time: nobody waits for anybody else. */
const alone = { spread: 0.07, pushes: 8 }

/** How far a pair's log-ratio is expected to spread: the median of fewer pushes is less certain. */
export function expectedSpread({
  load,
  pushesPerBlock,
}: Pick<LatencyPlan, 'load' | 'pushesPerBlock'>): number {
  const isAlone = load.kind === 'closed' && load.clients === 1
  const { spread, pushes } = isAlone ? alone : { spread: assumedSpread, pushes: assumedPushes }
  return spread * Math.sqrt(pushes / pushesPerBlock)
}
