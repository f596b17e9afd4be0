import type {
  ArrivalKind,
  ClientName,
  CommitCheck,
  Knobs,
  LatencyPlan,
  Mode,
  Plan,
  Requirement,
} from '@keyrace/contracts'
import { isStrategyName, settle, strategies } from '@keyrace/key-lookup'
import type { Scenario } from '@keyrace/scenarios'
import { pairsToDetect } from '@keyrace/statistics'
import { expectedSpread } from './expected-spread.ts'
import { printable, unknown } from './nearest.ts'
import { rejectContradictions, type SystemOptions, systemOf } from './system.ts'
import { UsageError } from './usage-error.ts'
import type { Setting } from './values.ts'

/** What the person who runs a scenario may say about it. */
export interface PlanOptions extends SystemOptions {
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
  readonly serviceTime?: readonly number[]
  readonly client?: ClientName
  readonly workers?: number
  readonly rate?: number
  readonly arrivals?: ArrivalKind
  readonly closed?: number
  readonly pairs?: number
  readonly detect?: number
  readonly failOnWorse?: boolean
  readonly threshold?: readonly string[]
}

/** The scenario's defaults, with what was said instead. Throws a UsageError. */
export function planOf(
  scenario: Pick<Scenario, 'name' | 'defaults'>,
  options: PlanOptions,
  seed: number,
): Plan {
  const { name } = scenario
  const { system, defaults } = systemOf(scenario.defaults, options)
  const plan: Plan = {
    schemaVersion: 1,
    scenario: name,
    mode: options.mode,
    target: options.target ?? 'local',
    seed,
    arms: armsOf(defaults.arms, options),
    replicas: options.replicas ?? defaults.replicas,
    users: options.users ?? defaults.users,
    keysPerUser: options.keys ?? defaults.keysPerUser,
    apps: options.apps ?? defaults.apps,
    races: racesOf(scenario, options),
    latency: latencyOf(defaults.latency, options),
    client: options.client ?? 'ssh2',
    workers: options.workers ?? 0,
    commitCheck: options.commitCheck ?? defaults.commitCheck,
    require: options.require ?? defaults.require,
    serviceTimesMs: [...(options.serviceTime ?? defaults.serviceTimesMs)],
    failOnWorse: options.failOnWorse ?? false,
    thresholds: [...(options.threshold ?? [])],
    ...system,
    reaper: defaults.reaper,
  }
  rejectContradictions(plan)
  return plan
}

function racesOf(
  { name, defaults }: Pick<Scenario, 'name' | 'defaults'>,
  { races = defaults.races }: PlanOptions,
): number {
  if (defaults.races > 0 || races === 0) return races
  throw new UsageError(`${name} holds no races: leave out --races`)
}

/** The plan as it was, or moved into the other world: what only one of them knows is left out. */
export function inMode(plan: Plan, mode: Mode): Plan {
  if (mode === plan.mode) return plan
  const { latency } = plan
  if (mode === 'real') return { ...plan, mode, latency: { ...latency, pairs: 0 } }
  return {
    ...plan,
    mode,
    latency: { ...latency, ...simulatedLatency },
    ...{ target: 'local', client: 'ssh2', workers: 0, failOnWorse: false, thresholds: [] },
  }
}

/** Pushes in virtual time are made warm and counted, but there is nothing to compare. */
const simulatedLatency = { pairs: 1, pushesPerBlock: 6, warmUpPushes: 8 }

function latencyOf(usual: LatencyPlan, options: PlanOptions): LatencyPlan {
  if (options.mode === 'sim') {
    rejectRealOnly(options)
    return { ...usual, ...simulatedLatency }
  }
  return { ...usual, ...loadOf(usual, options), ...pairsOf(usual, options) }
}

const realOnly = [
  'pairs',
  'detect',
  'rate',
  'arrivals',
  'closed',
  'client',
  'workers',
  'target',
  'failOnWorse',
] as const satisfies (keyof PlanOptions)[]

function rejectRealOnly(options: PlanOptions): void {
  const stray = realOnly.find((name) => options[name] !== undefined)
  if (stray === undefined) return
  const flag = stray.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  throw new UsageError(`--${flag} needs --mode real: virtual time says nothing about latency`)
}

function loadOf({ load }: LatencyPlan, options: PlanOptions): Pick<LatencyPlan, 'load'> {
  const { closed, rate, arrivals } = options
  if (closed !== undefined) {
    if (rate === undefined && arrivals === undefined)
      return { load: { kind: 'closed', clients: closed } }
    throw new UsageError('--closed has no rate: its clients push again as soon as they can')
  }
  if (rate === undefined && arrivals === undefined) return { load }
  const usual = load.kind === 'open' ? load : ({ arrivals: 'poisson', ratePerSecond: 25 } as const)
  return {
    load: {
      kind: 'open',
      arrivals: arrivals ?? usual.arrivals,
      ratePerSecond: rate ?? usual.ratePerSecond,
    },
  }
}

/** A smaller difference needs more pairs. */
function pairsOf(usual: LatencyPlan, { pairs, detect }: PlanOptions): Partial<LatencyPlan> {
  if (detect === undefined) return pairs === undefined ? {} : { pairs }
  if (pairs !== undefined)
    throw new UsageError('--detect chooses the number of --pairs: give one of them')
  const wanted = pairsToDetect(1 + detect, expectedSpread(usual))
  if (wanted !== null) return { pairs: wanted }
  throw new UsageError(`a difference of ${100 * detect} % is too small to be detected here`)
}

function armsOf(defaults: Plan['arms'], { strategy, set = [] }: PlanOptions): Plan['arms'] {
  const chosen = strategy?.flatMap(armsNamed) ?? defaults.map((arm) => ({ strategy: arm.strategy }))
  const names = new Set(chosen.map((arm) => arm.strategy))
  const stray = set.find(({ owner }) => !names.has(owner))
  if (stray !== undefined) throw unknown('strategy in --set', stray.owner, [...names])
  return chosen.map((arm) => {
    const usual = defaults.find((one) => one.strategy === arm.strategy)?.knobs ?? {}
    return { ...arm, knobs: { ...usual, ...knobsOf(arm.strategy, set) } }
  })
}

/** Of all that there are, those that cannot run here are left out. */
function armsNamed(name: string): Omit<Plan['arms'][number], 'knobs'>[] {
  const known = Object.keys(strategies)
  if (name === 'all') return known.map((strategy) => ({ strategy, optional: true }))
  if (!isStrategyName(name)) throw unknown('strategy', name, [...known, 'all'])
  return [{ strategy: name }]
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
