import type { Plan } from '@keyrace/contracts'

/** As little of everything as a world can be made of, but for what a test says. Nothing is timed or raced. */
export function smallPlan(changes: Partial<Plan> = {}): Plan {
  return {
    schemaVersion: 1,
    scenario: 'any',
    mode: 'real',
    target: 'local',
    seed: 7,
    arms: [{ strategy: 'fingerprint', knobs: {} }],
    replicas: 1,
    users: 1,
    keysPerUser: 1,
    apps: 1,
    races: 0,
    latency: {
      pairs: 0,
      pushesPerBlock: 1,
      warmUpPushes: 0,
      load: { kind: 'closed', clients: 1 },
      margin: 0.1,
    },
    commitCheck: 'none',
    require: 'claimed',
    serviceTimesMs: [0],
    client: 'ssh2',
    workers: 0,
    failOnWorse: false,
    thresholds: [],
    system: 'fixed',
    quirks: [],
    repositories: 'shared',
    lock: 'file',
    reaper: null,
    ...changes,
  }
}
