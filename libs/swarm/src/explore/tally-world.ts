import { mutationEffects, rightGrounds, type SwarmPlan } from '@keyrace/contracts'
import { isStrategyName, type Strategy, strategies } from '@keyrace/key-lookup'
import { cellsIn } from '../marks/coverage.ts'
import { marksIn } from '../marks/marks.ts'
import { type Sight, spansOf } from '../marks/sight.ts'
import type { PlayedWorld } from '../play-world.ts'
import { extreme, nothingYet, type StrategyTally, type Tally } from './tally.ts'

/** What one world comes to. */
export function tallyWorld(played: PlayedWorld): Tally {
  const { plan, trace, judgement, pushes } = played
  const sight = sightOf(played)
  const broken = judgement.findings.filter(({ violation }) => violation)
  return {
    ...nothingYet,
    ...{ seeds: 1, pushes, events: trace.events, virtualMs: trace.virtualMs },
    strategies: {
      [plan.strategy]: { seeds: 1, pushes, violations: broken.length, worstMs: worstOf(played) },
    },
    broken: countsOf(broken.map(({ invariant }) => invariant)),
    // One of each invariant: the others of its world are told by a replay.
    violations: [...Map.groupBy(broken, ({ invariant }) => invariant)].map(
      ([invariant, [first]]) => {
        return { seed: plan.seed, strategy: plan.strategy, invariant, story: first?.story ?? '' }
      },
    ),
    marks: countsOf(marksIn(sight)),
    faults: faultsOf(played),
    cells: cellsIn(sight),
  }
}

/** A seed whose world could not be played to its end: that is a violation, whoever is to blame. */
export function tallyFailure(plan: SwarmPlan, invariant: string, story: string): Tally {
  const { seed, strategy } = plan
  const worstMs = { revocation: null, grant: null, headRoom: null }
  return {
    ...nothingYet,
    seeds: 1,
    strategies: { [strategy]: { seeds: 1, pushes: 0, violations: 1, worstMs } },
    broken: { [invariant]: 1 },
    violations: [{ seed, strategy, invariant, story }],
  }
}

function sightOf({ plan, history, judgement, effects, held, waits }: PlayedWorld): Sight {
  const { correctness, findings } = judgement
  const within = (invariant: string) =>
    findings.filter((finding) => finding.invariant === invariant && !finding.violation).length
  return {
    ...{ plan, held, waits, ...spansOf(history) },
    faults: plan.faults.filter(({ id }) => (effects[id] ?? 0) > 0),
    staleWithin: {
      revocations: within('stale-admission'),
      grants: within('stale-reject'),
      commits: correctness.lateCommits,
    },
  }
}

function faultsOf({ plan, effects }: PlayedWorld): Tally['faults'] {
  const kinds = Map.groupBy(plan.faults, ({ kind }) => kind)
  return Object.fromEntries(
    [...kinds].map(([kind, faults]) => {
      const tookEffect = faults.filter(({ id }) => (effects[id] ?? 0) > 0).length
      return [kind, { planned: faults.length, tookEffect }]
    }),
  )
}

function worstOf({ plan, judgement }: PlayedWorld): StrategyTally['worstMs'] {
  const { revocation, grant, byKind } = judgement.correctness.measuredStalenessMs
  const claim = claimOf(plan)
  const rooms = rightGrounds.flatMap((ground) =>
    mutationEffects.flatMap((effect) => {
      const boundMs = claim?.[effect][ground].ms ?? null
      const staleMs = byKind[ground][effect].certain
      // Where nothing is claimed, or that nothing is ever stale, there is no room to measure.
      return boundMs === null || boundMs === 0 || staleMs === null ? [] : [boundMs - staleMs]
    }),
  )
  return {
    revocation: revocation.certain,
    grant: grant.certain,
    headRoom: extreme(Math.min, null, ...rooms),
  }
}

function claimOf({ strategy, knobs }: SwarmPlan) {
  if (!isStrategyName(strategy)) return undefined
  const rival: Strategy = strategies[strategy]
  return rival.claim(knobs)
}

function countsOf(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
