import { judge } from '@keyrace/checker'
import type {
  ArmResult,
  Environment,
  HistoryEvent,
  Plan,
  PushEvidence,
  Run,
  Sample,
} from '@keyrace/contracts'
import { timestamp } from '@keyrace/environment'
import { createFixture, type Fixture, sampleOf } from '@keyrace/load'
import { describeEnvironment, inRealWorld, inSimulatedWorld, type World } from '@keyrace/testbed'
import { conclude } from './conclude.ts'
import { type LatencyResult, latencyPhase } from './latency-phase.ts'
import type { Progress } from './progress.ts'
import { awaitReadiness } from './readiness.ts'
import { createRecorder, type EvidenceIndex } from './recorder.ts'
import { replayCommand } from './replay.ts'
import type { Context, RaceCounts, Scenario } from './scenario.ts'
import { tally } from './tally.ts'

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
  for (const { arm, app, generation } of recorder.unread(
    (push) => evidence(push)?.generation ?? null,
  )) {
    const found = world.arms.find(({ name }) => name === arm)
    if (found)
      recorder.refs(arm, { app, generation }, await world.readRefs(found, { app, generation }))
  }
}

/**
 * Joins a push with what its builder wrote down: by arm, replica, connection and exec request, and by
 * time, because a port is used again once its connection is closed.
 */
async function indexEvidence(world: World): Promise<EvidenceIndex> {
  const index = new Map<string, PushEvidence[]>()
  for (const arm of world.arms) {
    for (const one of await world.evidence(arm)) {
      const name = [arm.name, one.replica, one.connection, one.exec].join(' ')
      index.set(name, [...(index.get(name) ?? []), one])
    }
  }
  return ({ arm, replica, connection, attempt: { exec, stamps } }) =>
    index
      .get([arm, replica, connection.name, exec].join(' '))
      ?.find(({ receivedAt }) => receivedAt >= stamps.execAt && receivedAt <= stamps.doneAt)
}

interface Judged {
  readonly result: ArmResult
  /** Acknowledged pushes of which nobody can say whether they were kept. */
  readonly unread: number
}

async function judgeArms(
  { plan, world, recorder }: Context,
  told: {
    readonly history: readonly HistoryEvent[]
    readonly samples: readonly Sample[]
    readonly races: RaceCounts
    readonly latency: LatencyResult
  },
): Promise<Judged[]> {
  const { history, samples, races, latency } = told
  const usage = await world.usage()
  const pushes = recorder.pushes()
  const judgements = judge({
    events: history,
    arms: world.arms.map((arm) => ({
      ...arm,
      vacuous: (races.held[arm.name] ?? 0) < races.planned,
    })),
    commitCheck: plan.commitCheck,
    require: plan.require,
    sentBytes: new Map(pushes.map(({ op, attempt }) => [op, attempt.sentBytes])),
  })
  return world.arms.map((arm, index) => {
    const judgement = judgements[index]
    if (judgement === undefined) throw new Error(`nobody judged ${arm.name}`)
    const result = tally({
      arm,
      pushes: pushes.filter((push) => push.arm === arm.name),
      samples: samples.filter((sample) => sample.arm === arm.name),
      races,
      latency,
      usage: usage[arm.name],
      correctness: judgement.correctness,
    })
    return { result, unread: judgement.unread }
  })
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
