import { sleep } from '@keyrace/environment'
import type { FixtureApp } from '@keyrace/load'
import { removalBoundMs } from './harness/judging/removal-bound.ts'
import { racePhase } from './harness/races/race-phase.ts'
import type { MutationRecord } from './harness/recording/recorder.ts'
import type { Context, Scenario } from './harness/scenario.ts'
import { usualLatency } from './harness/timing/latency-defaults.ts'

const timeoutMs = 10_000

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
    arms: [
      { strategy: 'fingerprint', knobs: {} },
      { strategy: 'poll', knobs: {} },
    ],
    replicas: 3,
    users: 40,
    keysPerUser: 20,
    apps: 40,
    races: 60,
    latency: { ...usualLatency, pairs: 0 },
    commitCheck: 'none',
    require: 'claimed',
    serviceTimesMs: [0],
    reaper: { source: 'list', intervalMs: 50, graceMs: 0, budget: 100 },
  },
  async run(context) {
    const { world, recorder } = context
    const recreated = new Map<string, MutationRecord>()
    const races = await racePhase(context, {
      story: ({ id, app, generation }) => ({
        id,
        app: app.app,
        key: app.pusher,
        isRestored: true,
        async mutate() {
          const deletion = await remove(app, generation)
          recreated.set(app.app, await create(app))
          return deletion
        },
      }),
      restore: async ({ app }) => recreated.get(app) ?? notRaced,
    })
    await findWhatIsLeft(context)
    return { races }

    function remove({ app, owner, token }: FixtureApp, generation: number) {
      return recorder.mutate('deleteApp', { app, generation, user: owner }, () =>
        world.asUser(token).call('deleteApp', { params: { app } }, { timeoutMs }),
      )
    }

    function create({ app, owner, token }: FixtureApp) {
      return recorder.mutate('createApp', { app, user: owner }, () =>
        world.asUser(token).call('createApp', { body: { id: app } }, { timeoutMs }),
      )
    }
  },
}

/** Of an app whose race came to nothing before its mutation: it is not raced again. */
const notRaced: MutationRecord = {
  invokedAt: 0,
  completedAt: 0,
  type: 'fail',
  revision: null,
  generation: null,
}

/** Once the bound of the last deletion is over: whatever is dead and still there was kept too long. */
async function findWhatIsLeft({ plan, world, recorder, signal }: Context): Promise<void> {
  await sleep(world.clock, removalBoundMs(plan) ?? 0, signal)
  for (const arm of world.arms) await recorder.find(arm.name, () => world.repositories(arm))
}
