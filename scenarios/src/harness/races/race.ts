import { integer, sleep, uniform } from '@keyrace/environment'
import type { PushKey } from '@keyrace/load'
import { pushOn } from '../pushing/push.ts'
import type { PushRecord } from '../recording/push-record.ts'
import type { MutationRecord } from '../recording/recorder.ts'
import type { Context } from '../scenario.ts'
import type { Lane } from './lanes.ts'

/** What a race is about: the app, who pushes to it, and the change that ends (or gives) the right. */
export interface RaceStory {
  readonly id: string
  readonly app: string
  readonly key: PushKey
  /** The mutation that is raced. */
  mutate(): Promise<MutationRecord>
  /** What the mutation ends may stand again at once, so that a push which is accepted later may be right. */
  readonly isRestored?: boolean
}

export interface RaceTrack {
  /** One to each builder of each arm. */
  readonly lanes: readonly Lane[]
  /** Has this builder already admitted the same key to the same generation? */
  isWarm(lane: Lane): boolean
}

/** Relative to the mutation: from before it is sent until well after the bound has passed. */
const earliestMs = -200
const shortestHorizonMs = 1_000
const horizonInBounds = 1.3
/** A push that ended while others got going is followed by another, so often at most. */
const startingRounds = 3
/** Runners do not get going at the same moment: each lags behind by less than this. */
const longestLagMs = 8
/** Beyond the claim, until a replica that still refuses the first push is given up. */
const patienceMs = 5_000
const pauseBetweenWarmUpsMs = 200

/** A lane in one race: what was pushed on it. */
interface Runner extends Lane {
  readonly pushes: Promise<PushRecord>[]
  running: number
}

/**
 * One race, as all arms run it together: each replica accepts one push first, so that every cache is warm;
 * then the mutation is sent while a push is under way on every replica, and further exec requests follow
 * at seeded offsets. Answers the names of the lanes in which it was held: one decided push overlapped the
 * mutation there, and one began after its acknowledgement.
 */
export async function race(
  context: Context,
  story: RaceStory,
  track: RaceTrack,
): Promise<ReadonlySet<string>> {
  const runners = track.lanes.map((lane): Runner => ({ ...lane, pushes: [], running: 0 }))
  const cold = runners.filter((runner) => !track.isWarm(runner))
  if (!(await warmUp(context, story, cold))) return new Set()
  const mutation = await run(context, story, runners)
  if (!story.isRestored) await tellStale(context, runners, mutation)
  return await heldIn(runners, mutation)
}

async function warmUp(context: Context, story: RaceStory, cold: readonly Runner[]) {
  // Replicas of an arm share the repository: one after the other, or they wait for its lock.
  const arms = Map.groupBy(cold, ({ arm }) => arm.name).values()
  const warmed = await Promise.all([...arms].map((group) => warmUpArm(context, story, group)))
  return warmed.every(Boolean) && !context.signal.aborted
}

// A copy may not know yet that the app stands: its own claim says how long that may take.
async function warmUpArm(context: Context, story: RaceStory, runners: readonly Runner[]) {
  const { clock } = context.world
  for (const runner of runners) {
    const giveUpAt = clock.now() + (runner.arm.claim.grant.app.ms ?? 0) + patienceMs
    while ((await launch(context, story, runner, 'warm')).attempt.outcome !== 'ok') {
      if (clock.now() > giveUpAt || context.signal.aborted) return false
      await sleep(clock, pauseBetweenWarmUpsMs)
    }
  }
  return true
}

async function run(
  context: Context,
  story: RaceStory,
  runners: readonly Runner[],
): Promise<MutationRecord> {
  const { clock } = context.world
  const draws = runners.map((runner) => ({ runner, ...drawOffsets(context, story, runner) }))
  const launchLater = (wanted: (offsetMs: number) => boolean, fromMs: number) =>
    draws.flatMap(({ runner, offsetsMs }) =>
      offsetsMs.filter(wanted).map((ms) => launchAfter(context, story, runner, ms - fromMs)),
    )
  const early = launchLater((ms) => ms < 0, earliestMs)
  await sleep(clock, -earliestMs, context.signal)
  for (let round = 0; round < startingRounds; round++) {
    await Promise.all(draws.map(({ runner, lagMs }) => getGoing(context, story, runner, lagMs)))
  }
  const mutation = await story.mutate()
  const late = launchLater((ms) => ms >= 0, 0)
  await Promise.all([...early, ...late])
  return mutation
}

/**
 * When a runner pushes, relative to the mutation: once after its acknowledgement, and, one runner of each
 * arm, at any time; and how far it lags behind at the start. Arms draw alike: each runs the same race.
 */
function drawOffsets({ plan, world }: Context, { id }: RaceStory, { arm, replica }: Runner) {
  const { random } = world
  const operation = `${id}/${replica.name}`
  const boundMs = arm.claim.revocation.app.ms ?? 0
  const horizonMs = Math.max(shortestHorizonMs, horizonInBounds * boundMs)
  const draw = (fromMs: number, hop: number) =>
    uniform(random, fromMs, horizonMs, 'offset', operation, hop)
  const free = arm.replicas[integer(random, 0, plan.replicas, 'free', id)]
  const isFree = free?.name === replica.name
  return {
    lagMs: integer(random, 0, longestLagMs, 'lag', operation),
    offsetsMs: isFree ? [draw(0, 0), draw(earliestMs, 1)] : [draw(0, 0)],
  }
}

/** Has a push under way on this runner, if there is none. */
async function getGoing(context: Context, story: RaceStory, runner: Runner, lagMs: number) {
  if (runner.running > 0 || context.signal.aborted) return
  await sleep(context.world.clock, lagMs, context.signal)
  await new Promise<void>((begun) => {
    void launch(context, story, runner, 'race', begun).finally(begun)
  })
}

async function launchAfter(context: Context, story: RaceStory, runner: Runner, delayMs: number) {
  await sleep(context.world.clock, delayMs, context.signal)
  if (!context.signal.aborted) await launch(context, story, runner, 'race')
}

function launch(
  context: Context,
  { app, key, id }: RaceStory,
  runner: Runner,
  phase: 'warm' | 'race',
  begun?: () => void,
): Promise<PushRecord> {
  runner.running++
  const order = {
    ...runner,
    app,
    key,
    phase,
    block: null,
    serviceTimeMs: null,
    nonce: `${id}/${runner.name}/${runner.pushes.length + 1}`,
    intendedAt: context.world.clock.now(),
  }
  const push = pushOn(runner.connection, order, context, begun).finally(() => runner.running--)
  runner.pushes.push(push)
  return push
}

/** The feed for those who watch; the judgement comes later, and from the history. */
async function tellStale(
  { progress }: Context,
  runners: readonly Runner[],
  { type, completedAt }: MutationRecord,
): Promise<void> {
  if (type !== 'ok') return
  for (const runner of runners) {
    for (const { app, attempt } of await Promise.all(runner.pushes)) {
      const lagMs = attempt.stamps.execAt - completedAt
      if (attempt.outcome !== 'ok' || lagMs <= 0) continue
      const stale = `${Math.round(lagMs)} ms, ${standing(runner, lagMs)} its claim`
      const text = `${runner.name} accepted a stale push (${stale}) to ${app}`
      progress({ kind: 'race', text })
    }
  }
}

function standing({ arm }: Lane, lagMs: number): string {
  return lagMs <= (arm.claim.revocation.app.ms ?? Infinity) ? 'within' : 'beyond'
}

async function heldIn(runners: readonly Runner[], mutation: MutationRecord): Promise<Set<string>> {
  const { type, invokedAt, completedAt } = mutation
  const held = new Set<string>()
  if (type !== 'ok') return held
  for (const runner of runners) {
    const decided = (await Promise.all(runner.pushes)).filter(wasDecided)
    const stamps = decided.map(({ attempt }) => attempt.stamps)
    const overlapped = stamps.some(
      ({ execAt, doneAt }) => execAt <= completedAt && doneAt >= invokedAt,
    )
    const followed = stamps.some(({ execAt }) => execAt > completedAt)
    if (overlapped && followed) held.add(runner.name)
  }
  return held
}

function wasDecided({ attempt }: PushRecord): boolean {
  return ['ok', 'denied', 'rejected'].includes(attempt.outcome)
}
