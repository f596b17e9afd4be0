import type { Plan } from '@keyrace/contracts'
import type { Scenario } from '../harness/scenario.ts'

const quick = { pairs: 1, pushesPerBlock: 6, warmUpPushes: 8 }

/** A scenario's plan as it is, but for what a test says. */
export function planOf({ name, defaults }: Scenario, changes: Partial<Plan> = {}): Plan {
  return {
    schemaVersion: 1,
    scenario: name,
    mode: 'sim',
    seed: 7,
    target: 'local',
    client: 'ssh2',
    workers: 0,
    failOnWorse: false,
    thresholds: [],
    system: 'fixed',
    quirks: [],
    repositories: 'shared',
    lock: 'file',
    ...defaults,
    latency: { ...defaults.latency, ...quick },
    ...changes,
  }
}
