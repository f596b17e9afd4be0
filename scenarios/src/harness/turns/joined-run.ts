import type { ArmResult, Environment, Plan, Run } from '@keyrace/contracts'
import { armsOf } from '@keyrace/testbed'
import { conclude } from '../judging/conclude.ts'
import { judgeThresholds } from '../judging/thresholds.ts'
import { replayCommand } from '../replay.ts'
import type { Scenario } from '../scenario.ts'
import type { PlayedTurn } from './play-turn.ts'
import { type SkippedArm, skippedResult } from './skipped.ts'

export interface Played {
  readonly scenario: Scenario
  readonly plan: Plan
  readonly environment: Environment
  readonly turns: readonly [PlayedTurn, ...PlayedTurn[]]
  readonly skipped: readonly SkippedArm[]
  readonly interrupted: boolean
}

/** One run of all turns: arms in the order of the plan, and one verdict over them. */
export function joinedRun({
  scenario,
  plan,
  environment,
  turns,
  skipped,
  interrupted,
}: Played): Run {
  const [first] = turns
  const judged = turns.flatMap((turn) => turn.judged)
  const played = judged.filter(({ isControl }) => !isControl).map(({ result }) => result)
  const thresholds = judgeThresholds(plan.thresholds, played)
  const comparisons = turns.flatMap((turn) => turn.comparisons)
  const doubts = turns.flatMap((turn) => turn.doubts)
  return {
    schemaVersion: 1,
    runId: `${plan.scenario}-${plan.seed}-${first.startedAt}`,
    scenario: plan.scenario,
    mode: plan.mode,
    system: plan.system,
    quirks: plan.quirks,
    commitCheck: plan.commitCheck,
    require: plan.require,
    seed: plan.seed,
    startedAt: first.startedAt,
    durationMs: turns.at(-1)?.endedAtMs ?? 0,
    interrupted,
    environment,
    topology: topologyOf(plan),
    arms: inOrder(plan, [...played, ...skipped.map((arm) => skippedResult(plan, arm))]),
    turns: turns.map((turn) => turn.judged.map(({ result }) => result.name)),
    comparisons,
    controls: {
      aa: turns.flatMap(({ controls }) => controls.aa),
      untouchedPhases: turns.flatMap(({ controls }) => controls.untouchedPhases),
      generator: turns.flatMap(({ controls }) => controls.generator),
    },
    curves: turns.flatMap((turn) => turn.curves),
    faults: turns.flatMap((turn) => turn.faults),
    thresholds,
    ...conclude({ plan, judged, doubts, comparisons, thresholds, interrupted }),
    replay: replayCommand(plan, scenario.defaults),
  }
}

function inOrder(plan: Plan, results: readonly ArmResult[]): ArmResult[] {
  const byName = new Map(results.map((result) => [result.name, result]))
  return armsOf(plan).flatMap(({ name }) => byName.get(name) ?? [])
}

function topologyOf(plan: Plan): Run['topology'] {
  const { replicas, users, apps, keysPerUser, serviceTimesMs } = plan
  const { target, client, workers, repositories, lock } = plan
  return {
    replicas,
    users,
    apps,
    keysPerUser,
    serviceTimeMs: serviceTimesMs[0] ?? 0,
    serviceTimesMs,
    target,
    client,
    workers,
    database: databaseOf(plan),
    repositories,
    lock,
  }
}

function databaseOf({ mode, target }: Plan): string {
  if (mode === 'sim') return 'memory'
  return target === 'compose' ? 'container' : 'embedded'
}
