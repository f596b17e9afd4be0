import {
  type CommitCheck,
  type Requirement,
  type SystemName,
  systemPresets,
} from '@keyrace/contracts'
import { isStrategyName, type StrategyName, strategies } from '@keyrace/key-lookup'
import type { ExploreOptions } from '@keyrace/swarm'
import { unknown } from '../nearest.ts'
import { UsageError } from '../usage-error.ts'

/** What the person who searches may say. */
export interface SwarmOptions {
  readonly budget?: number
  readonly seeds?: number
  readonly seed?: number
  readonly strategy?: readonly string[]
  readonly system: SystemName
  readonly commitCheck?: CommitCheck
  readonly require?: Requirement
  readonly replicas?: number
}

const usualBudgetMs = 20_000

/** What is to be explored. Throws a UsageError. */
export function exploreOptionsOf(options: SwarmOptions, randomSeed: () => number): ExploreOptions {
  const { system, commitCheck, require, replicas, seeds } = options
  const chosen = strategiesNamed(options)
  rejectContradictions(options, chosen)
  return {
    system,
    seed: options.seed ?? randomSeed(),
    ...(chosen !== undefined && { strategies: chosen }),
    ...(commitCheck !== undefined && { commitCheck }),
    ...(require !== undefined && { require }),
    ...(replicas !== undefined && { replicas }),
    ...(seeds !== undefined && { seeds }),
    ...(seeds === undefined && { budgetMs: options.budget ?? usualBudgetMs }),
  }
}

function strategiesNamed({ strategy: names }: SwarmOptions): readonly StrategyName[] | undefined {
  if (names === undefined || names.includes('all')) return undefined
  return names.map((name) => {
    if (!isStrategyName(name)) throw unknown('strategy', name, [...Object.keys(strategies), 'all'])
    return name
  })
}

function rejectContradictions(
  { system, budget, seeds }: SwarmOptions,
  chosen: readonly StrategyName[] | undefined,
): void {
  if (budget !== undefined && seeds !== undefined) {
    throw new UsageError('--budget and --seeds both say when to end: leave one of them out')
  }
  const [own] = systemPresets[system].arms ?? []
  const stray = chosen?.find((name) => own !== undefined && name !== own.strategy)
  if (stray !== undefined) {
    throw new UsageError(`--system ${system} has the strategy ${own?.strategy}, and not ${stray}`)
  }
}
