import type { Plan } from '@keyrace/contracts'
import type { ScenarioDefaults } from './scenario.ts'

/** The command that runs a plan again: what differs from the scenario's defaults, and the seed. */
export function replayCommand(plan: Plan, defaults: ScenarioDefaults): string {
  const words = ['keyrace', 'run', plan.scenario, '--seed', String(plan.seed)]
  const say = (flag: string, value: string | number, usual: string | number) => {
    if (value !== usual) words.push(flag, String(value))
  }
  const strategies = (arms: Plan['arms']) => arms.map(({ strategy }) => strategy).join(',')
  say('--strategy', strategies(plan.arms), strategies(defaults.arms))
  for (const setting of new Set(plan.arms.flatMap(settings))) words.push('--set', setting)
  say('--replicas', plan.replicas, defaults.replicas)
  say('--users', plan.users, defaults.users)
  say('--keys', plan.keysPerUser, defaults.keysPerUser)
  say('--apps', plan.apps, defaults.apps)
  say('--races', plan.races, defaults.races)
  say('--commit-check', plan.commitCheck, defaults.commitCheck)
  say('--require', plan.require, defaults.require)
  say('--service-time', `${plan.serviceTimeMs}ms`, `${defaults.serviceTimeMs}ms`)
  say('--mode', plan.mode, 'real')
  return words.join(' ')
}

function settings({ strategy, knobs }: Plan['arms'][number]): string[] {
  return Object.entries(knobs).map(([knob, value]) => `${strategy}.${knob}=${value}`)
}
