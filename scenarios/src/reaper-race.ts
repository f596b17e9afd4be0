import { sleep } from '@keyrace/environment'
import type { FixtureApp } from '@keyrace/load'
import { playEpisodes } from './harness/episodes/index.ts'
import { removalBoundMs } from './harness/judging/removal-bound.ts'
import { type Mutations, mutationsOf } from './harness/mutations.ts'
import { racePhase } from './harness/races/race-phase.ts'
import type { RaceStory } from './harness/races/race-story.ts'
import { findIn } from './harness/recording/observer.ts'
import type { MutationRecord } from './harness/recording/recorder.ts'
import type { Context, Scenario } from './harness/scenario.ts'
import { untimed, usual } from './harness/usual-defaults.ts'

/**
 * "The cleaner removes active repositories": an owner deletes an app and creates it again at once, while a
 * reaper sweeps many times a second and pushes go on through every builder. What must hold: the repository
 * of the app that stands is never removed, and the one of the app that is gone is, within its bound.
 */
export const reaperRace: Scenario = {
  name: 'reaper-race',
  description: 'a reaper sweeps while apps are deleted and created again at once',
  story:
    'An owner deletes an app and creates it again at once, while a reaper sweeps many times a second and ' +
    'pushes go on through every builder. The repository of the app that stands is never removed, no ' +
    'push is at work in the one that is, and the one of the app that is gone does not stay.',
  defaults: {
    ...usual,
    users: 40,
    keysPerUser: 20,
    apps: 40,
    races: 60,
    latency: untimed,
    reaper: { source: 'list', intervalMs: 50, graceMs: 0, budget: 100 },
  },
  async run(context) {
    const races = await racePhase(context, {
      subjects: context.fixture.apps,
      story: ({ id, subject, generation }) => ({
        id,
        app: subject.app,
        key: subject.pusher,
        effect: 'revocation',
        ground: 'app',
        isRestored: true,
        ...recreation(mutationsOf(context), subject, generation),
      }),
    })
    const doubts = await playEpisodes(context)
    await findWhatIsLeft(context)
    return { races, doubts }
  },
}

function recreation(
  { createApp, deleteApp }: Mutations,
  app: FixtureApp,
  generation: number,
): Pick<RaceStory, 'mutate' | 'restore'> {
  let recreated: MutationRecord | undefined
  return {
    async mutate() {
      const deletion = await deleteApp(app, generation)
      recreated = await createApp(app)
      return deletion
    },
    // Where the race came to nothing before its mutation, the app is taken: it is not raced again.
    restore: async () => recreated ?? createApp(app),
  }
}

/** Once the bound of the last deletion is over: whatever is dead and still there was kept too long. */
async function findWhatIsLeft(context: Context): Promise<void> {
  const { plan, world, signal } = context
  await sleep(world.clock, removalBoundMs(plan) ?? 0, signal)
  for (const arm of world.arms) await findIn(context, arm)
}
