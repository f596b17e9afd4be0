import { sleep } from '@keyrace/environment'
import type { FixtureApp } from '@keyrace/load'
import { tellArms } from '../arm-progress.ts'
import { type PushRecord, wasAccepted } from '../recording/push-record.ts'
import type { MutationRecord } from '../recording/recorder.ts'
import type { Context, RaceCounts } from '../scenario.ts'
import { closeLanes, type Lane, laneName, laneNames, openLanes } from './lanes.ts'
import { type RaceStory, race } from './race.ts'

/** Races that overlap in time, and the pause between two starts while they come up. */
const concurrentRaces = 40
const pauseBetweenStartsMs = 60
/** What may be held beyond the plan, as a part of it, to make up for races that were not held. */
const spareRaces = 0.1
/** Pushes are counted for the progress only so often: there are many. */
const racesPerCount = 10

interface Standing {
  readonly app: FixtureApp
  readonly generation: number
  /** Connections that wait for the next race about this app. */
  readonly lanes?: readonly Lane[]
}

/** How a scenario makes a story of a race's number and its app, and readies an app for another race. */
export interface RacePlan {
  story(race: Standing & { readonly id: string }): RaceStory
  /** The mutation's answer names the generation that stands now. */
  restore(app: FixtureApp): Promise<MutationRecord>
}

/**
 * The race phase: all planned races, some forty at a time, each on an app that no other race touches
 * meanwhile. An app is used again once its race is over and it has been restored.
 */
export async function racePhase(
  context: Context,
  { story, restore }: RacePlan,
): Promise<RaceCounts> {
  const { plan, world, fixture, recorder, signal, progress } = context
  progress({ kind: 'phase', name: `racing ${plan.races} times` })
  const heldByRace: ReadonlySet<string>[] = []
  const free: Standing[] = fixture.apps.map((app) => ({ app, generation: 1 }))
  const warm = new Set(recorder.pushes().filter(wasAccepted).map(warmName))
  const runners = Math.min(concurrentRaces, plan.races, free.length)
  const mostRaces = Math.ceil(plan.races * (1 + spareRaces))
  let begun = 0
  let running = 0

  await Promise.all(
    Array.from({ length: runners }, async (_, runner) => {
      await sleep(world.clock, runner * pauseBetweenStartsMs, signal)
      while (isAnotherNeeded() && !signal.aborted) {
        const standing = free.shift()
        // Whose app could not be readied again has none: fewer races are held, and the run says so.
        if (standing === undefined) return
        await runNext(standing)
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

  async function runNext(standing: Standing): Promise<void> {
    const id = `race-${++begun}`
    running++
    const lanes = standing.lanes ?? (await openLanes(context, standing.app.pusher))
    if (lanes !== undefined) heldByRace.push(await runOn(lanes, id, standing))
    running--
    await readBack(context, standing)
    progress({ kind: 'races', held: countHeld(), planned: plan.races })
    if (heldByRace.length % racesPerCount === 0) tellArms(context)
    if (lanes !== undefined) await ready(standing.app, lanes)
  }

  function runOn(lanes: readonly Lane[], id: string, standing: Standing) {
    const { app, generation } = standing
    const isWarm = ({ name }: Lane) => generation === 1 && warm.has(`${name}/${app.app}`)
    return race(context, story({ id, ...standing }), { lanes, isWarm })
  }

  async function ready(app: FixtureApp, lanes: readonly Lane[]): Promise<void> {
    const isNeededAgain = mostRaces - begun > free.length && !signal.aborted
    const { generation } = isNeededAgain ? await restore(app) : { generation: null }
    if (generation === null) await closeLanes(lanes)
    else free.push({ app, generation, lanes })
  }
}

function warmName({ arm, replica, app }: PushRecord): string {
  return `${arm}/${replica}/${app}`
}

/** What an observer finds when a race is over: an acknowledged push must be in the repository. */
async function readBack(
  { world, recorder }: Context,
  { app, generation }: Standing,
): Promise<void> {
  const raced = { app: app.app, generation }
  for (const arm of world.arms) {
    await recorder.look(arm.name, raced, () => world.readRefs(arm, raced))
  }
}

function countRaces({ plan, world }: Context, held: readonly ReadonlySet<string>[]): RaceCounts {
  const lanesOf = (arm: (typeof world.arms)[number]) =>
    arm.replicas.map((replica) => ({ replica: replica.name, lane: laneName({ arm, replica }) }))
  const heldIn = (lanes: readonly string[]) => Math.min(count(held, lanes), plan.races)
  const perArm = <T>(figure: (arm: (typeof world.arms)[number]) => T) =>
    Object.fromEntries(world.arms.map((arm) => [arm.name, figure(arm)]))
  return {
    planned: plan.races,
    held: perArm((arm) => heldIn(lanesOf(arm).map(({ lane }) => lane))),
    perReplica: perArm((arm) =>
      Object.fromEntries(lanesOf(arm).map(({ replica, lane }) => [replica, heldIn([lane])])),
    ),
  }
}

/** In how many races all of these lanes were held. */
function count(held: readonly ReadonlySet<string>[], lanes: readonly string[]): number {
  return held.filter((names) => lanes.every((lane) => names.has(lane))).length
}
