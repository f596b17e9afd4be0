import type { Plan, SwarmPlan } from '@keyrace/contracts'
import { untimed } from '@keyrace/scenarios'

/** The world of a swarm's plan, as the testbed builds worlds: one arm, in virtual time. */
export function scenarioPlanOf(plan: SwarmPlan): Plan {
  const { strategy, knobs, users, apps } = plan
  const { seed, replicas, commitCheck, require, system, quirks, repositories, lock, reaper } = plan
  return {
    schemaVersion: 1,
    scenario: 'swarm',
    mode: 'sim',
    target: 'local',
    arms: [{ strategy, knobs }],
    users: Math.max(1, users.length),
    keysPerUser: Math.max(1, ...users.map(({ keys }) => keys)),
    apps: Math.max(1, apps.length),
    races: 0,
    latency: untimed,
    client: 'ssh2',
    workers: 0,
    serviceTimesMs: [0],
    failOnWorse: false,
    thresholds: [],
    ...{ seed, replicas, commitCheck, require, system, quirks, repositories, lock, reaper },
  }
}
