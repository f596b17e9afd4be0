import type { Plan } from '@keyrace/contracts'
import type { Scenario } from '../harness/scenario.ts'

/** A scenario's plan as it is, but for what a test says. */
export function planOf({ name, defaults }: Scenario, changes: Partial<Plan> = {}): Plan {
  return { schemaVersion: 1, scenario: name, mode: 'sim', seed: 7, ...defaults, ...changes }
}
