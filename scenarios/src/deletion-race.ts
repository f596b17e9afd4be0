import { racePhase } from './harness/races/race-phase.ts'
import type { Scenario } from './harness/scenario.ts'
import { usualLatency } from './harness/timing/latency-defaults.ts'

/**
 * The story of the thread: "pod A finds that myapp is deleted, but B and C don't, and a push to B
 * succeeds". An owner deletes an app while pushes to it are under way on every builder, and goes on
 * pushing through each of them. What must hold: nobody is admitted longer after the deletion's
 * acknowledgement than the strategy claims. Read off: stale admissions, and by how much.
 */
export const deletionRace: Scenario = {
  name: 'deletion-race',
  description: 'pushes race the deletion of their app over every builder',
  story:
    'An owner deletes an app while pushes to it are under way on every builder, and goes on pushing ' +
    'through each of them. Nobody may be admitted longer after the acknowledgement than the strategy ' +
    'claims; afterwards the app is created again, and must not show what the old one held.',
  defaults: {
    arms: [
      { strategy: 'fingerprint', knobs: {} },
      { strategy: 'poll', knobs: {} },
    ],
    replicas: 3,
    users: 100,
    keysPerUser: 200,
    apps: 100,
    races: 200,
    latency: usualLatency,
    commitCheck: 'none',
    require: 'claimed',
    serviceTimesMs: [0],
    reaper: null,
  },
  async run(context) {
    const { world, recorder } = context
    const timeoutMs = 10_000
    const races = await racePhase(context, {
      story: ({ id, app: { app, owner, token, pusher }, generation }) => ({
        id,
        app,
        key: pusher,
        mutate: () =>
          recorder.mutate('deleteApp', { app, generation, user: owner }, () =>
            world.asUser(token).call('deleteApp', { params: { app } }, { timeoutMs }),
          ),
      }),
      restore: ({ app, owner, token }) =>
        recorder.mutate('createApp', { app, user: owner }, () =>
          world.asUser(token).call('createApp', { body: { id: app } }, { timeoutMs }),
        ),
    })
    return { races }
  },
}
