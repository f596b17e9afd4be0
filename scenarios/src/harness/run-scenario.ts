import type { Environment, HistoryEvent, Plan, Run, Sample } from '@keyrace/contracts'
import { timestamp } from '@keyrace/environment'
import { createFixture, sampleOf } from '@keyrace/load'
import {
  describeEnvironment,
  inComposeWorld,
  inRealWorld,
  inSimulatedWorld,
  type World,
} from '@keyrace/testbed'
import { compareArms } from './judging/comparison.ts'
import { conclude } from './judging/conclude.ts'
import { judgeArms } from './judging/judgement.ts'
import { judgeThresholds } from './judging/thresholds.ts'
import type { Progress } from './progress.ts'
import { loadFixture } from './pushing/load-fixture.ts'
import { awaitReadiness } from './pushing/readiness.ts'
import { type EvidenceIndex, indexEvidence } from './recording/evidence-index.ts'
import { createRecorder } from './recording/recorder.ts'
import { readRemovals } from './recording/removal-rows.ts'
import { replayCommand } from './replay.ts'
import type { Context, Scenario } from './scenario.ts'
import { latencyPhase } from './timing/latency-phase.ts'
import { timedArms } from './timing/timed.ts'

export interface RunOptions {
  readonly progress: Progress
  /** Ends the run early: what was done so far is judged and returned, marked as interrupted. */
  readonly signal: AbortSignal
  /** Where logs, and repositories that are kept, go. */
  readonly folder: string
  readonly keepRepositories: boolean
}

export interface RunArtifacts {
  readonly run: Run
  readonly plan: Plan
  readonly samples: readonly Sample[]
  readonly history: readonly HistoryEvent[]
}

/** Plays a plan in its world, has the history judged, and answers with everything that a run leaves behind. */
export async function runScenario(
  scenario: Scenario,
  plan: Plan,
  options: RunOptions,
): Promise<RunArtifacts> {
  const { progress } = options
  const system = plan.mode === 'real' ? 'system' : 'simulation'
  progress({ kind: 'phase', name: `starting the ${system}` })
  const environment = describeEnvironment()
  const playIn = (world: World) => play({ scenario, plan, environment, world, options })
  if (plan.mode === 'sim') return (await inSimulatedWorld(plan, playIn)).result
  if (plan.target === 'local') return await inRealWorld(plan, options, playIn)
  const onStep = (name: string) => progress({ kind: 'phase', name })
  return await inComposeWorld(plan, { ...options, onStep }, playIn)
}

interface Play {
  readonly scenario: Scenario
  readonly plan: Plan
  readonly environment: Environment
  readonly world: World
  readonly options: RunOptions
}

async function play({ scenario, plan, environment, world, options }: Play): Promise<RunArtifacts> {
  const { progress, signal } = options
  const startedAt = timestamp(world.clock)
  const recorder = createRecorder(world.clock)
  const fixturePlan = scenario.firstFixture?.(plan) ?? plan
  const fixture = createFixture(fixturePlan)
  const context: Context = { plan, world, fixture, recorder, progress, signal }

  const { users, keysPerUser } = fixturePlan
  progress({ kind: 'phase', name: `loading ${users} users × ${keysPerUser} keys` })
  await loadFixture(context, fixture)
  await awaitReadiness(context)
  const latency = await latencyPhase(context)
  const { races, curves = [], doubts = [] } = await scenario.run(context)

  progress({ kind: 'phase', name: 'checking' })
  const evidence = await indexEvidence(world)
  await readUnread(context, evidence)
  const history = recorder.history(evidence, await readRemovals(world))
  const runStartedAt = recorder.origin
  const samples = recorder
    .pushes()
    .map((push) => sampleOf(push, { ...push, evidence: evidence(push), runStartedAt }))
  const judged = await judgeArms(context, { history, samples, races, latency })
  const { achievedRate } = latency
  const compared = compareArms({ ...world, plan, samples, environment, achievedRate })
  const arms = judged.filter(({ isControl }) => !isControl).map(({ result }) => result)
  const thresholds = judgeThresholds(plan.thresholds, arms)
  const interrupted = signal.aborted
  const run: Run = {
    schemaVersion: 1,
    runId: `${plan.scenario}-${plan.seed}-${startedAt}`,
    scenario: plan.scenario,
    mode: plan.mode,
    system: 'fixed',
    commitCheck: plan.commitCheck,
    require: plan.require,
    seed: plan.seed,
    startedAt,
    durationMs: world.clock.now() - recorder.origin,
    interrupted,
    environment,
    topology: topologyOf(plan),
    arms,
    ...compared,
    curves: [...curves],
    faults: [],
    thresholds,
    ...conclude({ ...compared, plan, judged, doubts, thresholds, interrupted }),
    replay: replayCommand(plan, scenario.defaults),
  }
  return { run, plan, samples, history }
}

/** Looks at the repositories that have seen a push since an observer last looked. */
async function readUnread({ world, recorder }: Context, evidence: EvidenceIndex): Promise<void> {
  const unread = recorder.unread((push) => evidence(push)?.generation ?? null)
  for (const { arm: name, ...app } of unread) {
    const arm = timedArms(world).find((one) => one.name === name)
    if (arm) await recorder.look(name, app, () => world.readRefs(arm, app))
  }
}

function topologyOf(plan: Plan): Run['topology'] {
  const { replicas, users, apps, keysPerUser, serviceTimesMs, target, client, workers } = plan
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
    repositories: 'shared',
    lock: 'file',
  }
}

function databaseOf({ mode, target }: Plan): string {
  if (mode === 'sim') return 'memory'
  return target === 'compose' ? 'container' : 'embedded'
}
