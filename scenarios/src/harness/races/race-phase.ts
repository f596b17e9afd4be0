import type { AppGeneration } from '@keyrace/contracts'
import { sleep } from '@keyrace/environment'
import { tellArms } from '../arm-progress.ts'
import { lookInto } from '../recording/observer.ts'
import { type PushRecord, wasAccepted } from '../recording/push-record.ts'
import type { Context, RaceCounts } from '../scenario.ts'
import { closeLanes, type Lane, laneName, laneNames, openLanes } from './lanes.ts'
import { createPace } from './pace.ts'
import { type Raced, race } from './race.ts'
import type { RaceStory } from './race-story.ts'

/** Races that overlap in time where the machine carries them, and the pause between two starts as they come up. */
const concurrentRaces = 40
const pauseBetweenStartsMs = 60
/** What may be held beyond the plan, as a part of it, to make up for races that were not held. */
const spareRaces = 0.25
/** Pushes are counted for the progress only so often: there are many. */
const racesPerCount = 10

/** What races are about, and what is left of the last one. */
interface Standing<Subject> {
  readonly subject: Subject
  readonly generation: number
  /** Connections that wait for the next race about it. */
  readonly lanes?: readonly Lane[]
}

export interface RacePlan<Subject> {
  /** No two races about the same go on at a time. */
  readonly subjects: readonly Subject[]
  /** Races are numbered from 1. */
  story(race: {
    readonly number: number
    readonly id: string
    readonly subject: Subject
    readonly generation: number
  }): RaceStory
}

/**
 * The race phase: all planned races, up to forty at a time, each about something that no other race touches
 * meanwhile. That is used again once its race is over and it has been restored.
 */
export async function racePhase<Subject>(
  context: Context,
  { subjects, story: storyOf }: RacePlan<Subject>,
): Promise<RaceCounts> {
  const { plan, world, recorder, signal, progress } = context
  progress({ kind: 'phase', name: `racing ${plan.races} times` })
  const heldByRace: Held[] = []
  const free: Standing<Subject>[] = subjects.map((subject) => ({ subject, generation: 1 }))
  const warm = new Set(recorder.pushes().filter(wasAccepted).map(warmNameOf))
  const runners = Math.min(concurrentRaces, plan.races, free.length)
  const mostRaces = Math.ceil(plan.races * (1 + spareRaces))
  const pace = createPace(runners)
  let begun = 0
  let running = 0

  await Promise.all(
    Array.from({ length: runners }, async (_, runner) => {
      await sleep(world.clock, runner * pauseBetweenStartsMs, signal)
      while (isAnotherNeeded() && !signal.aborted) {
        const pacer = await pace.begin()
        const standing = isAnotherNeeded() && !signal.aborted ? free.shift() : undefined
        const pushMs = standing && (await runNext(standing))
        pacer.end(pushMs)
        // What could not be readied again is missing: fewer races are held, and the run says so.
        if (standing === undefined) return
      }
    }),
  )
  await Promise.all(free.map(({ lanes }) => closeLanes(lanes ?? [])))
  return countRaces(context, heldByRace)

  // A race that was not held is made up for by another, up to a number.
  function isAnotherNeeded(): boolean {
    return begun < mostRaces && countHeld() + running < plan.races
  }

  function countHeld(): number {
    return count(heldByRace, laneNames(context))
  }

  /** Resolves to how long a push took, for the pace. */
  async function runNext(standing: Standing<Subject>): Promise<number | undefined> {
    const number = ++begun
    running++
    const story = storyOf({ number, id: `race-${number}`, ...standing })
    const lanes = standing.lanes ?? (await openLanes(context, story.key))
    const raced = lanes && (await runOn(lanes, story, standing))
    if (raced !== undefined) heldByRace.push({ story, lanes: raced.held })
    running--
    const generation = raced?.mutation?.generation ?? standing.generation
    await readBack(context, { app: story.app, generation })
    progress({ kind: 'races', held: countHeld(), planned: plan.races })
    if (heldByRace.length % racesPerCount === 0) tellArms(context)
    if (lanes !== undefined) await ready(story, { ...standing, lanes })
    return raced && paceOf(raced)
  }

  /** Lookups that come too late keep a race from being held, however quick its pushes were refused. */
  function paceOf({ held, pushMs }: Raced): number | undefined {
    return held.size === laneNames(context).length ? pushMs : Number.POSITIVE_INFINITY
  }

  function runOn(
    lanes: readonly Lane[],
    story: RaceStory,
    standing: Standing<Subject>,
  ): Promise<Raced> {
    const mayBeWarm = story.effect === 'revocation' && standing.lanes === undefined
    const isWarm = ({ name }: Lane) => {
      return mayBeWarm && warm.has(warmName(name, story.app, story.key.fingerprint))
    }
    return race(context, story, { lanes, isWarm })
  }

  async function ready(
    story: RaceStory,
    { subject, generation, lanes }: Required<Standing<Subject>>,
  ): Promise<void> {
    const isNeededAgain = mostRaces - begun > free.length && !signal.aborted
    const restored = isNeededAgain ? await story.restore() : undefined
    if (restored?.type !== 'ok') await closeLanes(lanes)
    else free.push({ subject, generation: restored.generation ?? generation, lanes })
  }
}

/** The lanes in which a race was held. */
interface Held {
  readonly story: RaceStory
  readonly lanes: ReadonlySet<string>
}

function warmNameOf({ arm, replica, app, key }: PushRecord): string {
  return warmName(`${arm}/${replica}`, app, key.fingerprint)
}

function warmName(lane: string, app: string, fingerprint: string): string {
  return `${lane}/${app}/${fingerprint}`
}

/** What an observer finds when a race is over: an acknowledged push must be in the repository. */
async function readBack(context: Context, raced: AppGeneration): Promise<void> {
  for (const arm of context.world.arms) await lookInto(context, arm, raced)
}

function countRaces({ plan, world }: Context, held: readonly Held[]): RaceCounts {
  const lanesOf = (arm: (typeof world.arms)[number]) =>
    arm.replicas.map((replica) => ({ replica: replica.name, lane: laneName({ arm, replica }) }))
  const heldIn = (lanes: readonly string[]) => Math.min(count(held, lanes), plan.races)
  const kinds = Map.groupBy(held, ({ story }) => `${story.effect} ${story.ground}`)
  const perArm = <T>(figure: (arm: (typeof world.arms)[number]) => T) =>
    Object.fromEntries(world.arms.map((arm) => [arm.name, figure(arm)]))
  return {
    planned: plan.races,
    held: perArm((arm) => heldIn(lanesOf(arm).map(({ lane }) => lane))),
    perReplica: perArm((arm) =>
      Object.fromEntries(lanesOf(arm).map(({ replica, lane }) => [replica, heldIn([lane])])),
    ),
    byMutation: perArm((arm) =>
      [...kinds.keys()].toSorted().flatMap((kind) => {
        const own = kinds.get(kind) ?? []
        const [first] = own
        if (first === undefined) return []
        const { effect, ground } = first.story
        const lanes = lanesOf(arm).map(({ lane }) => lane)
        return { effect, ground, held: count(own, lanes) }
      }),
    ),
  }
}

/** In how many races all of these lanes were held. */
function count(held: readonly Held[], lanes: readonly string[]): number {
  return held.filter((race) => lanes.every((lane) => race.lanes.has(lane))).length
}
