import { playEpisodes } from './harness/episodes/index.ts'
import { stopHolders } from './harness/faults/stopped-holder.ts'
import { mutationsOf } from './harness/mutations.ts'
import { racePhase } from './harness/races/race-phase.ts'
import type { Scenario } from './harness/scenario.ts'
import { usual } from './harness/usual-defaults.ts'

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
  defaults: usual,
  async run(context) {
    const { createApp, deleteApp } = mutationsOf(context)
    const races = await racePhase(context, {
      subjects: context.fixture.apps,
      story: ({ id, subject, generation }) => ({
        id,
        app: subject.app,
        key: subject.pusher,
        effect: 'revocation',
        ground: 'app',
        mutate: () => deleteApp(subject, generation),
        restore: () => createApp(subject),
      }),
    })
    const stopped = await stopHolders(context)
    const doubts = await playEpisodes(context)
    return { races, ...stopped, doubts: [...stopped.doubts, ...doubts] }
  },
}
