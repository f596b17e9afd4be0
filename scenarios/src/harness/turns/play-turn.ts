import type {
  Comparison,
  Controls,
  Curve,
  Environment,
  Fault,
  HistoryEvent,
  Plan,
  Sample,
} from '@keyrace/contracts'
import { timestamp } from '@keyrace/environment'
import { createFixture, sampleOf } from '@keyrace/load'
import type { World } from '@keyrace/testbed'
import { compareArms } from '../judging/comparison.ts'
import { type Judged, judgeArms } from '../judging/judgement.ts'
import type { Progress } from '../progress.ts'
import { loadFixture } from '../pushing/load-fixture.ts'
import { awaitReadiness } from '../pushing/readiness.ts'
import { indexEvidence } from '../recording/evidence-index.ts'
import { readUnread } from '../recording/observer.ts'
import { type Continuation, createRecorder } from '../recording/recorder.ts'
import { readRemovals } from '../recording/removal-rows.ts'
import type { Context, Scenario } from '../scenario.ts'
import { latencyPhase } from '../timing/latency-phase.ts'

export interface TurnOptions {
  readonly scenario: Scenario
  readonly plan: Plan
  readonly environment: Environment
  /** Where the turn before this one has ended. */
  readonly continuation: Continuation
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** What arms that were alive at one time leave behind. */
export interface PlayedTurn {
  readonly startedAt: string
  /** When it ended, in the history's time. */
  readonly endedAtMs: number
  readonly judged: readonly Judged[]
  readonly comparisons: readonly Comparison[]
  readonly controls: Controls
  readonly curves: readonly Curve[]
  readonly faults: readonly Fault[]
  readonly doubts: readonly string[]
  readonly samples: readonly Sample[]
  readonly history: readonly HistoryEvent[]
}

/** Loads the fixture, times pushes, tells the story, and has the history judged, in a world of its own. */
export async function playTurn(world: World, options: TurnOptions): Promise<PlayedTurn> {
  const { scenario, plan, environment, continuation, progress, signal } = options
  const { prefix } = continuation
  const startedAt = timestamp(world.clock)
  const recorder = createRecorder(world.clock, continuation)
  const fixturePlan = { ...(scenario.firstFixture?.(plan) ?? plan), prefix }
  const fixture = createFixture(fixturePlan)
  const context: Context = { plan, world, fixture, prefix, recorder, progress, signal }

  const { users, keysPerUser } = fixturePlan
  progress({ kind: 'phase', name: `loading ${users} users × ${keysPerUser} keys` })
  await loadFixture(context, fixture)
  await awaitReadiness(context)
  const latency = await latencyPhase(context)
  const told = await scenario.run(context)
  const { races, curves = [], doubts = [], faults = [], breaches = [] } = told

  progress({ kind: 'phase', name: 'checking' })
  const evidence = await indexEvidence(world)
  await readUnread(context, evidence)
  const history = recorder.history(evidence, await readRemovals(world))
  const runStartedAt = recorder.origin
  const samples = recorder
    .pushes()
    .map((push) => sampleOf(push, { ...push, evidence: evidence(push), runStartedAt }))
  const judged = await judgeArms(context, { history, samples, races, latency, breaches })
  const { achievedRate } = latency
  const compared = compareArms({ ...world, plan, samples, environment, achievedRate })
  const endedAtMs = world.clock.now() - recorder.origin
  return { startedAt, endedAtMs, judged, ...compared, curves, faults, doubts, samples, history }
}
