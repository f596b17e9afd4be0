import { integer, sleep, uniform } from '@keyrace/environment'
import { distribution } from '@keyrace/statistics'
import type { MutationRecord } from '../recording/recorder.ts'
import type { Context } from '../scenario.ts'
import { heldIn } from './held.ts'
import type { Lane } from './lanes.ts'
import { tellStale } from './race-feed.ts'
import { lagBoundMs, type RaceStory } from './race-story.ts'
import { launch, type Runner, runnerOn } from './runner.ts'
import { warmUp } from './warm-up.ts'

export interface RaceTrack {
  /** One to each builder of each arm. */
  readonly lanes: readonly Lane[]
  /** Has this builder already admitted the same key to the same generation? */
  isWarm(lane: Lane): boolean
}

export interface Raced {
  /** Names of lanes; none where it came to nothing. */
  readonly held: ReadonlySet<string>
  readonly mutation?: MutationRecord
  /** Of the race's pushes, the median. */
  readonly pushMs?: number | undefined
}

/** Relative to the mutation: from before it is sent until well after the bound has passed. */
const earliestMs = -200
const shortestHorizonMs = 1_000
const horizonInBounds = 1.3
/** A push that ended while others got going is followed by another, so often at most. */
const startingRounds = 3
/** Runners do not get going at the same moment: each lags behind by less than this. */
const longestLagMs = 8

/**
 * One race, as all arms run it together: each replica decides one push first, so that every cache is warm;
 * then the mutation is sent while a push is under way on every replica, and further exec requests follow
 * at seeded offsets.
 */
export async function race(context: Context, story: RaceStory, track: RaceTrack): Promise<Raced> {
  const runners = track.lanes.map(runnerOn)
  const prepared = await story.prepare?.()
  const cold = runners.filter((runner) => !track.isWarm(runner))
  const isReady = prepared === undefined || prepared.type === 'ok'
  if (!isReady || !(await warmUp(context, story, cold))) return { held: new Set() }
  const mutation = await run(context, story, runners)
  await tellStale(context, story, runners, mutation)
  const held = await heldIn(runners, story, mutation)
  return { held, mutation, pushMs: await medianMs(runners) }
}

async function medianMs(runners: readonly Runner[]): Promise<number | undefined> {
  const pushes = await Promise.all(runners.flatMap((runner) => runner.pushes))
  const took = pushes.map(({ attempt: { stamps } }) => stamps.doneAt - stamps.execAt)
  return distribution(took).p50 ?? undefined
}

async function run(
  context: Context,
  story: RaceStory,
  runners: readonly Runner[],
): Promise<MutationRecord> {
  const { clock } = context.world
  const draws = runners.map((runner) => ({ runner, ...drawStarts(context, story, runner) }))
  const launchLater = (wanted: (start: PlannedStart) => boolean, fromMs: number) =>
    draws.flatMap(({ runner, starts }) =>
      starts
        .filter(wanted)
        .map((start) => launchAfter(context, story, runner, start, start.offsetMs - fromMs)),
    )
  const early = launchLater(({ offsetMs }) => offsetMs < 0, earliestMs)
  await sleep(clock, -earliestMs, context.signal)
  for (let round = 0; round < startingRounds; round++) {
    await Promise.all(draws.map(({ runner, lagMs }) => getGoing(context, story, runner, lagMs)))
  }
  const mutation = await story.mutate()
  const late = launchLater(({ offsetMs }) => offsetMs >= 0, 0)
  await Promise.all([...early, ...late])
  return mutation
}

interface PlannedStart {
  /** From the mutation: from its sending before it, from its acknowledgement after it. */
  readonly offsetMs: number
  readonly fresh: boolean
}

/**
 * When a runner pushes: once after the acknowledgement, and, one runner of each arm, at any time; on a fresh
 * connection too, where the story has them, and at once where the mutation gives a right. And how far it lags
 * behind at the start. Arms draw alike: each runs the same race.
 */
function drawStarts({ plan, world }: Context, story: RaceStory, { arm, replica }: Runner) {
  const { random } = world
  const { id, effect, isFreshToo = false } = story
  const operation = `${id}/${replica.name}`
  const horizonMs = Math.max(shortestHorizonMs, horizonInBounds * (lagBoundMs(arm, story) ?? 0))
  const draw = (fromMs: number, hop: number, fresh = false): PlannedStart => {
    return { offsetMs: uniform(random, fromMs, horizonMs, 'offset', operation, hop), fresh }
  }
  const lagMs = integer(random, 0, longestLagMs, 'lag', operation)
  const free = arm.replicas[integer(random, 0, plan.replicas, 'free', id)]
  const isFree = free?.name === replica.name
  const afresh = effect === 'grant' ? { offsetMs: lagMs, fresh: true } : draw(0, 2, true)
  const starts = [
    draw(0, 0),
    ...(isFree ? [draw(earliestMs, 1)] : []),
    ...(isFreshToo ? [afresh] : []),
  ]
  return { lagMs, starts }
}

/** Has a push under way on this runner, if there is none. */
async function getGoing(context: Context, story: RaceStory, runner: Runner, lagMs: number) {
  if (runner.running > 0 || context.signal.aborted) return
  await sleep(context.world.clock, lagMs, context.signal)
  await new Promise<void>((begun) => {
    void launch(context, story, runner, { phase: 'race', begun }).finally(begun)
  })
}

async function launchAfter(
  context: Context,
  story: RaceStory,
  runner: Runner,
  { fresh }: PlannedStart,
  delayMs: number,
) {
  await sleep(context.world.clock, delayMs, context.signal)
  if (!context.signal.aborted) await launch(context, story, runner, { phase: 'race', fresh })
}
