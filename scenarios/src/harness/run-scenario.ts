import type { Environment, HistoryEvent, Plan, Run, Sample } from '@keyrace/contracts'
import { timestamp } from '@keyrace/environment'
import { createFixture, type Fixture, type FixturePlan, sampleOf } from '@keyrace/load'
import {
  describeEnvironment,
  inComposeWorld,
  inRealWorld,
  inSimulatedWorld,
  type World,
} from '@keyrace/testbed'
import { compareArms } from './comparison.ts'
import { conclude } from './conclude.ts'
import { indexEvidence } from './evidence-index.ts'
import { judgeArms } from './judgement.ts'
import { latencyPhase, timedArms } from './latency-phase.ts'
import { loadFixture } from './load-fixture.ts'
import type { Progress } from './progress.ts'
import { awaitReadiness } from './readiness.ts'
import { createRecorder } from './recorder.ts'
import { readRemovals } from './removal-rows.ts'
import { replayCommand } from './replay.ts'
import type { Context, Scenario } from './scenario.ts'
import { judgeThresholds } from './thresholds.ts'

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
  const fixturePlan = scenario.firstFixture?.(plan) ?? plan
  const fixture = createFixture(fixturePlan)
  const environment = describeEnvironment()
  options.progress({
    kind: 'phase',
    name: `starting the ${plan.mode === 'real' ? 'system' : 'simulation'}`,
  })
  const tell = (world: World) =>
    play({ scenario, plan, fixturePlan, fixture, environment, world, options })
  if (plan.mode === 'sim') return (await inSimulatedWorld(plan, tell)).result
  if (plan.target === 'local') return await inRealWorld(plan, options, tell)
  const onStep = (name: string) => options.progress({ kind: 'phase', name })
  return await inComposeWorld(plan, { ...options, onStep }, tell)
}

interface Play {
  readonly scenario: Scenario
  readonly plan: Plan
  readonly fixturePlan: FixturePlan
  readonly fixture: Fixture
  readonly environment: Environment
  readonly world: World
  readonly options: RunOptions
}

async function play(told: Play): Promise<RunArtifacts> {
  const { scenario, plan, fixturePlan, fixture, environment, world, options } = told
  const { progress, signal } = options
  const startedAt = timestamp(world.clock)
  const recorder = createRecorder(world.clock)
  const context: Context = { plan, world, fixture, recorder, progress, signal }

  const { users, keysPerUser } = fixturePlan
  progress({ kind: 'phase', name: `loading ${users} users × ${keysPerUser} keys` })
  await loadFixture(context, fixture)
  await awaitReadiness(context)
  const latency = await latencyPhase(context)
  const { races, curves = [], doubts = [] } = await scenario.run(context)
  progress({ kind: 'phase', name: 'checking' })
  await readUnread(context)

  const evidence = await indexEvidence(world)
  const history = recorder.history(evidence, await readRemovals(world))
  const samples = recorder
    .pushes()
    .map((push) =>
      sampleOf(push, { ...push, evidence: evidence(push), runStartedAt: recorder.origin }),
    )
  const judged = await judgeArms(context, { history, samples, races, latency })
  const { comparisons, controls } = compareArms({
    plan,
    samples,
    environment,
    ...world,
    achievedRate: latency.achievedRate,
  })
  const arms = judged.filter(({ isControl }) => !isControl).map(({ result }) => result)
  const thresholds = judgeThresholds(plan.thresholds, arms)
  const run: Run = {
    schemaVersion: 1,
    runId: `${plan.scenario}-${plan.seed}-${startedAt}`,
    scenario: plan.scenario,
    mode: plan.mode,
    system: 'fixed',
    commitCheck: plan.commitCheck,
    require: plan.require,
    seed: plan.seed,
    startedAt: startedAt,
    durationMs: world.clock.now() - recorder.origin,
    interrupted: signal.aborted,
    environment,
    topology: topologyOf(plan),
    arms,
    comparisons,
    controls,
    curves: [...curves],
    faults: [],
    thresholds,
    ...conclude({ plan, judged, doubts, comparisons, thresholds, interrupted: signal.aborted }),
    replay: replayCommand(plan, scenario.defaults),
  }
  return { run, plan, samples, history }
}

/** Looks at the repositories that have seen a push since an observer last looked. */
async function readUnread({ world, recorder }: Context): Promise<void> {
  const evidence = await indexEvidence(world)
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
