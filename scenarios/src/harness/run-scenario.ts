import type { Environment, HistoryEvent, Plan, Run, Sample } from '@keyrace/contracts'
import { timestamp } from '@keyrace/environment'
import { createFixture, type Fixture, sampleOf } from '@keyrace/load'
import { describeEnvironment, inRealWorld, inSimulatedWorld, type World } from '@keyrace/testbed'
import { conclude } from './conclude.ts'
import { indexEvidence } from './evidence-index.ts'
import { judgeArms } from './judgement.ts'
import { latencyPhase } from './latency-phase.ts'
import type { Progress } from './progress.ts'
import { awaitReadiness } from './readiness.ts'
import { createRecorder } from './recorder.ts'
import { replayCommand } from './replay.ts'
import type { Context, Scenario } from './scenario.ts'

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
  const fixture = createFixture(plan)
  const environment = describeEnvironment()
  options.progress({
    kind: 'phase',
    name: `starting the ${plan.mode === 'real' ? 'system' : 'simulation'}`,
  })
  const tell = (world: World) => play({ scenario, plan, fixture, environment, world, options })
  if (plan.mode === 'real') return await inRealWorld(plan, options, tell)
  return (await inSimulatedWorld(plan, tell)).result
}

interface Play {
  readonly scenario: Scenario
  readonly plan: Plan
  readonly fixture: Fixture
  readonly environment: Environment
  readonly world: World
  readonly options: RunOptions
}

async function play(told: Play): Promise<RunArtifacts> {
  const { scenario, plan, fixture, environment, world, options } = told
  const { progress, signal } = options
  const startedAt = timestamp(world.clock)
  const recorder = createRecorder(world.clock)
  const context: Context = { plan, world, fixture, recorder, progress, signal }

  progress({ kind: 'phase', name: `loading ${plan.users} users × ${plan.keysPerUser} keys` })
  await load(context)
  await awaitReadiness(context)
  progress({ kind: 'phase', name: 'timing pushes' })
  const latency = await latencyPhase(context)
  progress({ kind: 'phase', name: `racing ${plan.races} times` })
  const races = await scenario.run(context)
  progress({ kind: 'phase', name: 'checking' })
  await readUnread(context)

  const evidence = await indexEvidence(world)
  const history = recorder.history(evidence)
  const samples = recorder
    .pushes()
    .map((push) =>
      sampleOf(push, { ...push, evidence: evidence(push), runStartedAt: recorder.origin }),
    )
  const judged = await judgeArms(context, { history, samples, races, latency })
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
    arms: judged.map(({ result }) => result),
    comparisons: [],
    controls: {},
    faults: [],
    thresholds: [],
    ...conclude(judged, signal.aborted),
    replay: replayCommand(plan, scenario.defaults),
  }
  return { run, plan, samples, history }
}

/** Loads the fixture and writes down what stands of it: the apps, and the keys that push to them. */
async function load({ world, fixture, recorder }: Context): Promise<void> {
  const { revision } = await world.load(fixture.lines())
  for (const { app, owner, pusher } of fixture.apps) {
    recorder.stands('createApp', { app, generation: 1, user: owner }, revision)
    recorder.stands('addKey', { user: pusher.user, key: pusher.fingerprint }, revision)
  }
}

/** Looks at the repositories that have seen a push since an observer last looked. */
async function readUnread({ world, recorder }: Context): Promise<void> {
  const evidence = await indexEvidence(world)
  const unread = recorder.unread((push) => evidence(push)?.generation ?? null)
  for (const { arm: name, ...app } of unread) {
    const arm = world.arms.find((one) => one.name === name)
    if (arm) await recorder.look(name, app, () => world.readRefs(arm, app))
  }
}

function topologyOf(plan: Plan): Run['topology'] {
  const { replicas, users, apps, keysPerUser, serviceTimeMs } = plan
  return {
    replicas,
    users,
    apps,
    keysPerUser,
    serviceTimeMs,
    database: plan.mode === 'real' ? 'embedded' : 'memory',
    repositories: 'shared',
    lock: 'file',
  }
}
