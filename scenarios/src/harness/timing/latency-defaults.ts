import type { LatencyPlan } from '@keyrace/contracts'

/**
 * One push at a time: what a person waits for on a quiet platform, and of all loads the one whose blocks
 * spread least. Finds a difference of a tenth in some six seconds for two arms and their control.
 */
export const usualLatency: LatencyPlan = {
  pairs: 8,
  pushesPerBlock: 8,
  warmUpPushes: 20,
  load: { kind: 'closed', clients: 1 },
  margin: 0.1,
}
