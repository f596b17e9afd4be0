import { addThenPush } from './add-then-push.ts'
import { deletionRace } from './deletion-race.ts'
import type { Scenario } from './harness/scenario.ts'
import { manyKeys } from './many-keys.ts'
import { reaperRace } from './reaper-race.ts'
import { revocationRace } from './revocation-race.ts'

/** The stories, by the name that `keyrace run` takes. */
export const scenarios = {
  'deletion-race': deletionRace,
  'revocation-race': revocationRace,
  'add-then-push': addThenPush,
  'many-keys': manyKeys,
  'reaper-race': reaperRace,
} as const satisfies Record<string, Scenario>

export type ScenarioName = keyof typeof scenarios

export function isScenarioName(name: string): name is ScenarioName {
  return Object.hasOwn(scenarios, name)
}
