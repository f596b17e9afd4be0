import type { CommitCheck, Knobs, Mode, Plan, Requirement } from '@keyrace/contracts'
import { isStrategyName, settle, strategies } from '@keyrace/key-lookup'
import type { Scenario } from '@keyrace/scenarios'
import { printable, unknown } from './nearest.ts'
import { UsageError } from './usage-error.ts'
import type { Setting } from './values.ts'

/** What the person who runs a scenario may say about it. */
export interface PlanOptions {
  readonly mode: Mode
  readonly strategy?: readonly string[]
  readonly set?: readonly Setting[]
  readonly replicas?: number
  readonly users?: number
  readonly keys?: number
  readonly apps?: number
  readonly races?: number
  readonly commitCheck?: CommitCheck
  readonly require?: Requirement
  readonly serviceTime?: number
}

/** The scenario's defaults, with what was said instead. Throws a UsageError. */
export function planOf(scenario: Scenario, options: PlanOptions, seed: number): Plan {
  const { name, defaults } = scenario
  return {
    schemaVersion: 1,
    scenario: name,
    mode: options.mode,
    seed,
    arms: armsOf(defaults.arms, options),
    replicas: options.replicas ?? defaults.replicas,
    users: options.users ?? defaults.users,
    keysPerUser: options.keys ?? defaults.keysPerUser,
    apps: options.apps ?? defaults.apps,
    races: options.races ?? defaults.races,
    latency: defaults.latency,
    commitCheck: options.commitCheck ?? defaults.commitCheck,
    require: options.require ?? defaults.require,
    serviceTimeMs: options.serviceTime ?? defaults.serviceTimeMs,
  }
}

function armsOf(defaults: Plan['arms'], { strategy, set = [] }: PlanOptions): Plan['arms'] {
  const chosen = strategy?.flatMap(strategiesNamed) ?? defaults.map((arm) => arm.strategy)
  const stray = set.find(({ owner }) => !chosen.includes(owner))
  if (stray !== undefined) throw unknown('strategy in --set', stray.owner, [...new Set(chosen)])
  return chosen.map((name) => {
    const usual = defaults.find((arm) => arm.strategy === name)?.knobs ?? {}
    return { strategy: name, knobs: { ...usual, ...knobsOf(name, set) } }
  })
}

function strategiesNamed(name: string): string[] {
  const known = Object.keys(strategies)
  if (name === 'all') return known
  if (!isStrategyName(name)) throw unknown('strategy', name, [...known, 'all'])
  return [name]
}

function knobsOf(name: string, set: readonly Setting[]): Knobs {
  if (!isStrategyName(name)) throw unknown('strategy', name, Object.keys(strategies))
  const own = set.filter(({ owner }) => owner === name)
  const strategy = strategies[name]
  for (const { knob } of own) {
    if (!Object.hasOwn(strategy.knobs, knob)) {
      throw unknown(`knob of ${name}`, knob, Object.keys(strategy.knobs))
    }
  }
  const knobs = Object.fromEntries(own.map(({ knob, value }) => [knob, value]))
  try {
    settle(name, strategy, knobs)
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(printable(error.message))
    throw error
  }
  return knobs
}
