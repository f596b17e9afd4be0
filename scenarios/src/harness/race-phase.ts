import { sleep } from '@keyrace/environment'
import type { FixtureApp } from '@keyrace/load'
import { laneName, type RaceResult, type RaceStory, race } from './race.ts'
import type { MutationRecord } from './recorder.ts'
import type { Context, RaceCounts } from './scenario.ts'

/** Races that overlap in time, and the pause between two starts while they come up. */
const concurrentRaces = 40
const pauseBetweenStartsMs = 60

interface Standing {
  readonly app: FixtureApp
  readonly generation: number
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
  const { plan, world, fixture, signal, progress } = context
  const results: RaceResult[] = []
  const free: Standing[] = fixture.apps.map((app) => ({ app, generation: 1 }))
  const runners = Math.min(concurrentRaces, plan.races, free.length)
  let begun = 0

  await Promise.all(
    Array.from({ length: runners }, async (_, runner) => {
      await sleep(world.clock, runner * pauseBetweenStartsMs, signal)
      while (begun < plan.races && !signal.aborted) await runNext(++begun)
    }),
  )
  return countRaces(context, results)

  async function runNext(number: number): Promise<void> {
    const standing = free.shift()
    // An app that could not be restored is missing here: fewer races are held, and the run says so.
    if (standing === undefined) return
    const result = await race(context, story({ id: `race-${number}`, ...standing }))
    results.push(result)
    await readBack(context, standing)
    progress({ kind: 'races', held: countHeld(results, allLanes(context)), planned: plan.races })
    const isNeededAgain = plan.races - begun > free.length
    if (!isNeededAgain || signal.aborted) return
    const { generation } = await restore(standing.app)
    if (generation !== null) free.push({ app: standing.app, generation })
  }
}

/** What an observer finds when a race is over: an acknowledged push must be in the repository. */
async function readBack(
  { world, recorder }: Context,
  { app, generation }: Standing,
): Promise<void> {
  const raced = { app: app.app, generation }
  for (const arm of world.arms) recorder.refs(arm.name, raced, await world.readRefs(arm, raced))
}

function countRaces(context: Context, results: readonly RaceResult[]): RaceCounts {
  const { arms } = context.world
  const held = arms.map((arm) => [arm.name, countHeld(results, lanesOf(arm))] as const)
  const perReplica = arms.map((arm) => {
    const counts = arm.replicas.map(
      (replica) => [replica.name, countHeld(results, [laneName({ arm, replica })])] as const,
    )
    return [arm.name, Object.fromEntries(counts)] as const
  })
  return {
    planned: context.plan.races,
    held: Object.fromEntries(held),
    perReplica: Object.fromEntries(perReplica),
  }
}

function countHeld(results: readonly RaceResult[], lanes: readonly string[]): number {
  return results.filter(({ held }) => lanes.every((lane) => held.has(lane))).length
}

function allLanes({ world }: Context): string[] {
  return world.arms.flatMap(lanesOf)
}

function lanesOf(arm: Context['world']['arms'][number]): string[] {
  return arm.replicas.map((replica) => laneName({ arm, replica }))
}
