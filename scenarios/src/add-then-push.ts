import type { Racer } from '@keyrace/load'
import { type Mutations, mutationsOf } from './harness/mutations.ts'
import { racePhase } from './harness/races/race-phase.ts'
import type { Scenario } from './harness/scenario.ts'
import { untimed, usual } from './harness/usual-defaults.ts'

/**
 * The first thing that a new user sees of a platform: they add a key, or are granted an app, or create one, in
 * turns, and push at once through every builder; each of them has just denied them the same. What must hold:
 * nobody is denied longer after the acknowledgement than the strategy claims for that kind of grant. Read off:
 * by how much each kind was missed.
 */
export const addThenPush: Scenario = {
  name: 'add-then-push',
  description: 'a new key, permission or app is pushed with at once, through every builder',
  story:
    'A person adds a key, is granted an app or creates one, and pushes at once through every builder, each ' +
    'of which has just denied them the same. Nobody may be denied longer after the acknowledgement than ' +
    'the strategy claims for that kind of grant.',
  defaults: { ...usual, latency: untimed },
  firstFixture: (plan) => ({ ...plan, withRacers: true }),
  async run(context) {
    const mutations = mutationsOf(context)
    const races = await racePhase(context, {
      subjects: context.fixture.racers,
      story: ({ number, id, subject }) => ({
        id,
        app: subject.app.app,
        key: subject.key,
        effect: 'grant',
        isFreshToo: true,
        ...kinds[(number % kinds.length) as 0 | 1 | 2](mutations, subject),
      }),
    })
    return { races }
  },
}

const kinds = [ofApp, ofKey, ofPermission] as const

function ofKey({ addKey, removeKey }: Mutations, racer: Racer) {
  const give = once(() => addKey(racer))
  return {
    ground: 'key',
    prepare: () => removeKey(racer),
    mutate: give,
    restore: give,
  } as const
}

function ofPermission({ grant, revokeGrant }: Mutations, racer: Racer) {
  const give = once(() => grant(racer))
  return {
    ground: 'permission',
    prepare: () => revokeGrant(racer),
    mutate: give,
    restore: give,
  } as const
}

function ofApp({ createApp, deleteApp }: Mutations, { ownApp: app, key, token }: Racer) {
  const own = { app, owner: key.user, token }
  const create = once(() => createApp(own))
  return {
    ground: 'app',
    app,
    mutate: create,
    async restore() {
      const { generation } = await create()
      // That of the app which the racer was granted is as it was.
      return { ...(await deleteApp(own, generation)), generation: null }
    },
  } as const
}

/** Where a race comes to nothing before its mutation, what was taken away is given back after it. */
function once<T>(act: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined
  return () => {
    result ??= act()
    return result
  }
}
