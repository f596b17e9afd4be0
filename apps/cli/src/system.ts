import {
  type CommitCheck,
  type LockName,
  type Plan,
  type QuirkName,
  quirkNames,
  quirksOf,
  type RepositoryLayout,
  quirks as registry,
  type SystemName,
  systemPresets,
  type Target,
} from '@keyrace/contracts'
import type { Scenario } from '@keyrace/scenarios'
import { unknown } from './nearest.ts'
import { UsageError } from './usage-error.ts'

/** What the person who runs a scenario may say about the system under it. */
export interface SystemOptions {
  readonly system?: SystemName
  readonly quirk?: readonly string[]
  readonly repositories?: RepositoryLayout
  readonly lock?: LockName
  readonly target?: Target
}

type System = Pick<Plan, 'system' | 'quirks' | 'repositories' | 'lock'>

/** The system that was asked for, and what its preset makes of the scenario's defaults. Throws a UsageError. */
export function systemOf(
  defaults: Scenario['defaults'],
  options: SystemOptions,
): { readonly system: System; readonly defaults: Scenario['defaults'] } {
  const { system = 'fixed' } = options
  const { quirks, repositories, lock, ...preset } = systemPresets[system]
  const chosen = {
    system,
    quirks: [...new Set([...quirks, ...(options.quirk ?? []).map(quirkNamed)])],
    repositories: options.repositories ?? repositories,
    lock: options.lock ?? lock,
  }
  rejectInContainers(chosen, options)
  const { reaper } = systemPresets['deis-2018']
  const isReaped = quirksOf('reaper', chosen.quirks).length > 0
  const usual = isReaped ? { reaper: defaults.reaper ?? reaper ?? null } : {}
  return { system: chosen, defaults: { ...defaults, ...preset, ...usual } }
}

function quirkNamed(name: string): QuirkName {
  const known = quirkNames.find((one) => one === name)
  if (known === undefined) throw unknown('quirk', name, quirkNames)
  return known
}

/** Images are built from what we run, and their volumes are shared. */
function rejectInContainers({ quirks, repositories, lock }: System, { target }: SystemOptions) {
  const isOurs = quirks.length === 0 && repositories === 'shared' && lock === 'file'
  if (isOurs || target !== 'compose') return
  throw new UsageError(
    '--system, --quirk, --repositories and --lock change processes of this host: leave out --target compose',
  )
}

/** What cannot go together, once strategies and commit check are settled. */
export function rejectContradictions(plan: {
  readonly arms: Plan['arms']
  readonly quirks: readonly QuirkName[]
  readonly repositories: RepositoryLayout
  readonly commitCheck: CommitCheck
  readonly replicas: number
  readonly races: number
}): void {
  for (const name of plan.quirks) {
    const owner = 'strategy' in registry[name] ? registry[name].strategy : undefined
    const stray = plan.arms.find(({ strategy }) => owner !== undefined && strategy !== owner)
    if (stray !== undefined) {
      throw new UsageError(
        `the quirk ${name} is one of ${owner}, not of ${stray.strategy}: choose --strategy ${owner}`,
      )
    }
  }
  const isFenced = plan.commitCheck === 'full' && plan.repositories === 'per-replica'
  if (isFenced && plan.replicas > 1 && plan.races > 0) {
    throw new UsageError(
      'races need pushes through every replica, and with --repositories per-replica the full check lets through one: choose --commit-check none or app',
    )
  }
}
