import { type Plan, systemPresets } from '@keyrace/contracts'
import type { ScenarioDefaults } from './scenario.ts'

type Arm = Plan['arms'][number]

/** The command that runs a plan again: what differs from the scenario's defaults, and the seed. */
export function replayCommand(plan: Plan, defaults: ScenarioDefaults): string {
  const words = ['keyrace', 'run', plan.scenario, '--seed', String(plan.seed)]
  const say = (flag: string, value: string | number, usual: string | number) => {
    if (value !== usual) words.push(flag, String(value))
  }
  const strategies = (arms: Plan['arms']) => arms.flatMap(strategyNamed).join(',')
  say('--strategy', strategies(plan.arms), strategies(defaults.arms))
  for (const setting of new Set(plan.arms.flatMap(settings))) words.push('--set', setting)
  words.push(...systemWords(plan))
  say('--replicas', plan.replicas, defaults.replicas)
  say('--users', plan.users, defaults.users)
  say('--keys', plan.keysPerUser, defaults.keysPerUser)
  say('--apps', plan.apps, defaults.apps)
  say('--races', plan.races, defaults.races)
  say('--commit-check', plan.commitCheck, defaults.commitCheck)
  say('--require', plan.require, defaults.require)
  say('--service-time', times(plan), times(defaults))
  // In virtual time nothing is compared, and a flag for it is refused.
  if (plan.mode === 'real') say('--pairs', plan.latency.pairs, defaults.latency.pairs)
  say('--client', plan.client, 'ssh2')
  say('--workers', plan.workers, 0)
  say('--target', plan.target, 'local')
  const load = loadWords(plan)
  if (load.join() !== loadWords(defaults).join()) words.push(...load)
  if (plan.failOnWorse) words.push('--fail-on-worse')
  for (const threshold of plan.thresholds) words.push('--threshold', `'${threshold}'`)
  say('--mode', plan.mode, 'real')
  return words.join(' ')
}

/** The system, and what it does not say of itself. */
function systemWords({ system, quirks, repositories, lock }: Plan): string[] {
  const preset = systemPresets[system]
  const single = quirks.filter((name) => !preset.quirks.includes(name))
  return [
    ...(system === 'fixed' ? [] : ['--system', system]),
    ...(single.length === 0 ? [] : ['--quirk', single.join(',')]),
    ...(repositories === preset.repositories ? [] : ['--repositories', repositories]),
    ...(lock === preset.lock ? [] : ['--lock', lock]),
  ]
}

/** Optional arms are all that there are, as they were asked for; the first of them stands for them. */
function strategyNamed({ strategy, optional }: Arm, _: number, arms: readonly Arm[]): string[] {
  if (!optional) return [strategy]
  const first = arms.find((arm) => arm.optional)
  return strategy === first?.strategy ? ['all'] : []
}

function settings({ strategy, knobs }: Arm): string[] {
  return Object.entries(knobs).map(([knob, value]) => `${strategy}.${knob}=${value}`)
}

function times({ serviceTimesMs }: Pick<Plan, 'serviceTimesMs'>): string {
  return serviceTimesMs.map((ms) => `${ms}ms`).join(',')
}

function loadWords({ latency: { load } }: Pick<Plan, 'latency'>): string[] {
  return load.kind === 'closed'
    ? ['--closed', String(load.clients)]
    : ['--rate', String(load.ratePerSecond), '--arrivals', load.arrivals]
}
