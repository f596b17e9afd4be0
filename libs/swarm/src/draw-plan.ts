import {
  type CommitCheck,
  type ReaperPlan,
  type Requirement,
  reaperSources,
  type SwarmPlan,
  type SystemName,
  systemPresets,
} from '@keyrace/contracts'
import { type Strategy, type StrategyName, strategies } from '@keyrace/key-lookup'
import { createDice, type Dice, rounded } from './draw/dice.ts'
import { drawFaults } from './draw/faults.ts'
import { drawKnobs } from './draw/knobs.ts'
import { drawPoints } from './draw/points.ts'
import { drawOperations } from './draw/rounds.ts'
import { longestBoundMs } from './play/liveness.ts'

/** What is given, and not drawn. */
export interface DrawOptions {
  readonly system: SystemName
  readonly strategies?: readonly StrategyName[] | undefined
  readonly commitCheck?: CommitCheck | undefined
  readonly require?: Requirement | undefined
  readonly replicas?: number | undefined
}

/** The fence is where most can go wrong. */
const checks: readonly CommitCheck[] = ['none', 'app', 'full', 'full']
/** How many builders there are, drawn from these. */
const replicaCounts = [1, 2, 3, 3, 4, 4, 5]
const mostUsers = 4
/** Of worlds where each builder keeps its own. */
const ownRepositoriesShare = 0.12
const mostKeys = 3
const mostApps = 3

/**
 * The world of a seed: strategy and knobs, topology, people, what they do and what goes wrong. The same seed and
 * options give the same plan. The system that is meant to be right is right under every plan that can be drawn.
 */
export function drawPlan(seed: number, options: DrawOptions): SwarmPlan {
  const dice = createDice(seed)
  const preset = systemPresets[options.system]
  const strategy = drawStrategy(dice, options)
  const knobs = drawKnobs(dice.of('knobs'), strategy)
  const { users, apps } = drawPeople(dice.of('people'))
  const replicas = options.replicas ?? dice.pick('replicas', replicaCounts)
  const ownsRepositories = dice.chance('own repositories', ownRepositoriesShare)
  const repositories = ownsRepositories ? 'per-replica' : preset.repositories
  const reaper = drawReaper(dice.of('reaper'), options.system)
  const operations = drawOperations(
    dice.of('operations'),
    { users, apps, replicas },
    longestBoundMs((strategies[strategy] as Strategy).claim(knobs)),
  )
  const spanMs = operations.at(-1)?.atMs ?? 0
  const latencyMs = rounded(dice.magnitude('latency', 0.05, 8))
  return {
    schemaVersion: 1,
    kind: 'swarm',
    seed,
    system: options.system,
    quirks: [...preset.quirks],
    ...{ strategy, knobs, replicas, reaper, users, apps, operations: [...operations] },
    commitCheck: options.commitCheck ?? preset.commitCheck ?? dice.pick('check', checks),
    require: options.require ?? 'claimed',
    repositories,
    lock: preset.lock,
    faults: [
      ...drawFaults(dice.of('faults'), { strategy, knobs, replicas, reaper, repositories, spanMs }),
    ],
    points: drawPoints(dice.of('points')),
    networkLatencyMs: {
      from: latencyMs,
      to: rounded(latencyMs * dice.number('spread', 1, 3)),
    },
  }
}

function drawStrategy(dice: Dice, { system, strategies: given }: DrawOptions): StrategyName {
  const [own] = systemPresets[system].arms ?? []
  const all = own === undefined ? Object.keys(strategies) : [own.strategy]
  return dice.pick('strategy', given ?? (all as StrategyName[]))
}

function drawPeople(dice: Dice): Pick<SwarmPlan, 'users' | 'apps'> {
  const names = ['ada', 'bob', 'cyd', 'dan'].slice(0, dice.integer('users', 1, mostUsers))
  const users = names.map((name) => ({ name, keys: dice.integer(`keys of ${name}`, 1, mostKeys) }))
  // One name is a part of another: an app is not found by a part of its name.
  const apps = ['shop', 'shop-api', 'blog'].slice(0, dice.integer('apps', 1, mostApps))
  return {
    users,
    apps: apps.map((name) => {
      const owner = dice.pick(`owner of ${name}`, names)
      const others = names.filter((other) => other !== owner)
      return { name, owner, collaborators: [...dice.some(`with ${name}`, others, 0.4)] }
    }),
  }
}

/** The original's as it was, but more often. */
function drawReaper(dice: Dice, system: SystemName): ReaperPlan | null {
  const intervalMs = dice.integer('interval', 60, 600)
  const { reaper } = systemPresets[system]
  if (reaper) return { ...reaper, intervalMs }
  if (dice.chance('none', 0.25)) return null
  return {
    source: dice.pick('source', reaperSources),
    intervalMs,
    graceMs: dice.chance('grace', 0.5) ? dice.integer('grace', 1, 200) : 0,
    budget: dice.pick('budget', [8, 100]),
  }
}
