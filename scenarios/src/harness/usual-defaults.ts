import type { LatencyPlan } from '@keyrace/contracts'
import type { ScenarioDefaults } from './scenario.ts'

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

/** For a story about what is right, and not about how quick. */
export const untimed: LatencyPlan = { ...usualLatency, pairs: 0 }

/** A small platform with three builders, two hundred races, and the two strategies of the thread. */
export const usual: ScenarioDefaults = {
  arms: [
    { strategy: 'fingerprint', knobs: {} },
    { strategy: 'poll', knobs: {} },
  ],
  replicas: 3,
  users: 100,
  keysPerUser: 200,
  apps: 100,
  races: 200,
  latency: usualLatency,
  commitCheck: 'none',
  require: 'claimed',
  serviceTimesMs: [0],
  reaper: null,
}
