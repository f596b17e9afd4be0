import type { Claim, Knobs, Plan } from '@keyrace/contracts'
import {
  isStrategyName,
  type Strategy,
  type StrategyName,
  settle,
  strategies,
} from '@keyrace/key-lookup'
import type { Keeper } from './keepers.ts'
import { SetupError } from './setup-error.ts'

/** Where all replicas of an arm share their repositories it has one at most. */
export const reaperName = 'reaper-1'

export interface ArmReaper {
  /** Of its process. */
  readonly name: string
  /** What its evidence says. */
  readonly remover: string
  readonly keeper: Keeper
}

/** One for each keeper of repositories: a replica's own is a part of that replica, as it was in Deis. */
export function reapersOf({ reaper }: Plan, keepers: readonly Keeper[]): readonly ArmReaper[] {
  if (reaper === null) return []
  return keepers.map((keeper, index) => {
    const name = `reaper-${index + 1}`
    return { name, remover: keeper ?? name, keeper }
  })
}

export interface ArmPlan {
  readonly name: string
  readonly strategy: StrategyName
  readonly knobs: Knobs
  readonly claim: Claim
  readonly isControl: boolean
  readonly replicas: readonly string[]
}

/**
 * The arms of a plan, with knobs settled, claims worked out and names that tell twins apart; where pushes
 * are compared, with a control at the end.
 */
export function armsOf(plan: Plan): readonly ArmPlan[] {
  const arms = plan.arms.map((arm, index) => {
    const twins = plan.arms.slice(0, index).filter(({ strategy }) => strategy === arm.strategy)
    const usual = twins.length === 0 ? arm.strategy : `${arm.strategy}#${twins.length + 1}`
    return armOf(plan, arm, arm.name ?? usual)
  })
  const [first, ...others] = arms
  if (first === undefined || !isCompared(plan)) return arms
  // An arm that is there twice is its own control.
  if (others.some((arm) => areTwins(arm, first))) return arms
  return [...arms, { ...first, name: `${first.name}.control`, isControl: true }]
}

/** Simulated time says nothing about latency. */
export function isCompared({ mode, latency, arms }: Plan): boolean {
  return mode === 'real' && latency.pairs > 0 && arms.length > 1
}

/** The same strategy with the same knobs: whatever differs between them is not of their making. */
export function areTwins(a: Plan['arms'][number], b: Plan['arms'][number]): boolean {
  if (a.strategy !== b.strategy) return false
  return Object.entries(a.knobs).every(([knob, value]) => b.knobs[knob] === value)
}

function armOf(plan: Plan, { strategy, knobs: set }: Plan['arms'][number], name: string): ArmPlan {
  if (!isStrategyName(strategy)) throw unknownStrategy(strategy)
  const rival: Strategy = strategies[strategy]
  const knobs = settle(strategy, rival, set)
  return {
    name,
    strategy,
    knobs,
    claim: rival.claim(knobs),
    isControl: false,
    replicas: Array.from({ length: plan.replicas }, (_, replica) => `builder-${replica + 1}`),
  }
}

function unknownStrategy(name: string): SetupError {
  const known = Object.keys(strategies).join(', ')
  return new SetupError('unknown-strategy', `there is no strategy ${name}: choose from ${known}`)
}
