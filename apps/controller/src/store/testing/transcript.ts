import { createRandom, integer } from '@keyrace/environment'
import { createApp, deleteApp, transferApp } from '../../domain/apps.ts'
import { addKey, removeKey } from '../../domain/keys.ts'
import { grant, revokeGrant } from '../../domain/permissions.ts'
import { publish } from '../../domain/publish.ts'
import { settleRelease } from '../../domain/releases.ts'
import { cancel, register } from '../../domain/users.ts'
import type { Store } from '../store.ts'
import { asUser, keyOf, plainSecrets, snapshotOf } from './fixture.ts'

const users = ['alice', 'bob', 'carol', 'dave']
const apps = ['shop', 'shop-2', 'web']
const pushIds = Array.from({ length: 12 }, (_, n) => `p${n}`)
const refNames = ['refs/heads/main', 'refs/heads/next']
const shas = ['0', '1', '2'].map((digit) => digit.repeat(40))
const states = ['live', 'abandoned'] as const
const keyNumbers = [1, 2, 3, 4, 5]

/**
 * What a store answers to random operations of the domain, one after the other, and everything that it shows in
 * between: the same for every store.
 */
export async function transcriptOf(
  store: Store,
  { seed, operations }: { readonly seed: number; readonly operations: number },
): Promise<readonly unknown[]> {
  const random = createRandom(seed)
  const transcript: unknown[] = []
  for (let n = 0; n < operations; n++) {
    const draw = <T>(from: readonly T[], what: string) =>
      from[integer(random, 0, from.length, what, `${n}`)] as T
    const [name, operate] = draw(Object.entries(mutations), 'operation')
    transcript.push([n, name, await operate(store, draw)])
    if (n % 10 === 9) transcript.push(await everythingIn(store))
  }
  return transcript
}

type Draw = <T>(from: readonly T[], what: string) => T
type Operate = (store: Store, draw: Draw) => Promise<unknown>

const mutations: Readonly<Record<string, Operate>> = {
  register: (store, draw) =>
    register({ store, secrets: plainSecrets }, { username: draw(users, 'user'), password: 'p' }),
  cancel: (store, draw) => cancel(store, asUser(draw(users, 'user'))),
  addKey: (store, draw) => {
    const owner = draw(users, 'user')
    const { public: line } = keyOf(owner, draw(keyNumbers, 'key'))
    return addKey(store, asUser(owner), { id: `key-${draw(keyNumbers, 'name')}`, public: line })
  },
  removeKey: (store, draw) =>
    removeKey(store, asUser(draw(users, 'user')), { key: `key-${draw(keyNumbers, 'name')}` }),
  createApp: (store, draw) =>
    createApp(store, asUser(draw(users, 'user')), { id: draw(apps, 'app') }),
  deleteApp: (store, draw) =>
    deleteApp(store, asUser(draw(users, 'user'), true), { app: draw(apps, 'app') }),
  transferApp: (store, draw) =>
    transferApp(store, asUser(draw(users, 'user'), true), {
      params: { app: draw(apps, 'app') },
      body: { owner: draw(users, 'owner') },
    }),
  grant: (store, draw) =>
    grant(store, asUser('root', true), {
      params: { app: draw(apps, 'app') },
      body: { username: draw(users, 'user') },
    }),
  revokeGrant: (store, draw) =>
    revokeGrant(store, asUser('root', true), {
      params: { app: draw(apps, 'app'), username: draw(users, 'user') },
    }),
  publish: async (store, draw) => {
    const app = draw(apps, 'app')
    const { app: live } = await store.app(app)
    const user = live?.owner ?? draw(users, 'user')
    const { keys } = await store.keysOf(user)
    return publish(store, draw(['arm', 'another'], 'arm'), {
      ...{ app, user, builder: 'builder-1', pushId: draw(pushIds, 'push') },
      generation: live?.generation ?? 1,
      fingerprint: keys[0]?.fingerprint ?? keyOf(user, 1).fingerprint,
      refs: [{ ref: draw(refNames, 'ref'), old: draw(shas, 'old'), new: draw(shas, 'new') }],
      continuesReleases: draw([true, false], 'continues'),
    })
  },
  settleRelease: (store, draw) =>
    settleRelease(store, {
      params: { pushId: draw(pushIds, 'push') },
      body: { state: draw(states, 'state') },
    }),
  keepTerm: (store, draw) => store.keepTerm('lease', draw([100, 2_000.5, 5_000], 'term')),
}

async function everythingIn(store: Store): Promise<unknown> {
  const fingerprints = keyNumbers.map((n) => keyOf('', n).fingerprint)
  const subjects = apps.flatMap((app) => users.map((user) => ({ app, user })))
  const names = await store.names()
  return {
    revision: await store.revision(),
    terms: [await store.keptTermMs('lease'), await store.keptTermMs('registration')],
    names: { ...names, users: names.users.toSorted(), apps: names.apps.toSorted() },
    snapshot: await snapshotInOrder(store),
    generations: await store.latestGenerations(),
    changes: [await store.changes(0, 1_000), await store.changes(5, 3)],
    auditLog: (await store.auditLog(0, 1_000)).map(({ at: _, ...entry }) => entry),
    users: await Promise.all(
      users.map(async (user) => [
        await store.passwordHash(user),
        await store.keysOf(user),
        await store.appsOf(user),
      ]),
    ),
    apps: await Promise.all(
      apps.map(async (app) => [
        await store.app(app),
        await store.latestGeneration(app),
        await store.appKeys(app),
        await store.releasesOf({ id: app, generation: 1 }),
        await store.releasesOf({ id: app, generation: 2 }),
        await store.releasedRefs({ arm: 'arm', app, generation: 1 }),
      ]),
    ),
    owners: await Promise.all(fingerprints.map((key) => store.keyOwner(key, 'shop'))),
    standings: await Promise.all(subjects.map((subject) => store.standingWithKeys(subject))),
    pending: await store.pendingReleases('arm', 'builder-1'),
  }
}

async function snapshotInOrder(store: Store): Promise<unknown> {
  const { users: people, apps: standing, revision } = await snapshotOf(store)
  return {
    users: people.map((user) => ({ ...user, keys: user.keys.toSorted() })),
    apps: standing.toSorted((a, b) => (a.app < b.app ? -1 : 1)),
    revision,
  }
}
