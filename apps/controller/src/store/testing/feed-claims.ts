import type { Change, Snapshot } from '@keyrace/contracts'
import { createRandom, integer, sleep } from '@keyrace/environment'
import { realClock } from '@keyrace/environment/real'
import { expect } from 'vitest'
import { createApp, deleteApp, transferApp } from '../../domain/apps.ts'
import { createFeed, type Feed } from '../../domain/feed.ts'
import { addKey, removeKey } from '../../domain/keys.ts'
import { grant, revokeGrant } from '../../domain/permissions.ts'
import { cancel, register } from '../../domain/users.ts'
import type { Store } from '../store.ts'
import { asUser, change, keyOf, plainSecrets, snapshotOf } from './fixture.ts'

const key = keyOf('bob', 1)
const { fingerprint } = key
const app = 'myapp'

/** What every store must do for those who follow its changes. */
export const feedClaims: Readonly<Record<string, (store: Store) => Promise<void>>> = {
  'tells each mutation as a change, and no more of it than authorization depends on': async (
    store,
  ) => {
    const expected = await mutateEachWay(store)
    expect(await store.changes(0, 100)).toEqual({ changes: expected, upTo: 11, revision: 11 })
  },

  'tells changes a page at a time, and how far a page is complete': async (store) => {
    const all = await mutateEachWay(store)
    expect(await store.changes(2, 3)).toEqual({
      changes: all.slice(2, 5),
      upTo: 5,
      revision: 11,
    })
    expect(await store.changes(9, 2)).toEqual({ changes: all.slice(9), upTo: 11, revision: 11 })
    expect(await store.changes(11, 2)).toEqual({ changes: [], upTo: 11, revision: 11 })
  },

  'does not tell an import, nor what was logged without saying enough, as changes': async (
    store,
  ) => {
    await registerAll(store, 'alice')
    for (const kind of ['import', 'grant'] as const) {
      await change(store, (transaction) =>
        transaction.record({ kind, actor: null, subject: { user: 'alice' } }),
      )
    }
    await registerAll(store, 'bob')
    for (const after of [0, 1, 2]) {
      expect(await store.changes(after, 10)).toEqual({ changes: undefined, upTo: 4, revision: 4 })
    }
    expect(await store.changes(0, 1)).toMatchObject({ changes: [{ user: 'alice' }], upTo: 1 })
    expect(await store.changes(3, 10)).toMatchObject({ changes: [{ user: 'bob' }] })
  },

  'comes from a snapshot, by the changes after it, to the next snapshot': async (store) => {
    const empty = await snapshotOf(store)
    await mutateEachWay(store)
    await registerAll(store, 'carol')
    await createApp(store, asUser('carol'), { id: 'web' })
    await grant(store, asUser('carol'), allow('web', 'root'))
    const { changes = [], upTo } = await store.changes(empty.revision, 100)
    const { revision, ...snapshot } = await snapshotOf(store)
    expect(upTo).toBe(revision)
    expect(applied(empty, changes)).toEqual(snapshot)
  },

  'leaves nothing out and tells nothing twice, whatever commits, waits and fails around its readers':
    async (store) => {
      const writers = Array.from({ length: 12 }, (_, n) => `user-${n}`)
      await registerAll(store, ...writers)
      const start = { epoch: store.epoch, revision: await store.revision() }
      const feed = createFeed({ store, clock: realClock })
      const ofAnother = createFeed({ store, clock: realClock })
      const end = Promise.withResolvers<number>()
      const readers = [
        follow(feed, start, { end: end.promise }),
        follow(feed, start, { end: end.promise, slow: true }),
        follow(ofAnother, start, { end: end.promise }),
      ]
      await Promise.all(writers.map((writer) => write(store, writer, feed.wake)))
      end.resolve(await store.revision())

      const logged = (await store.auditLog(start.revision, 10_000)).map(
        ({ revision, kind, subject }) => ({ revision, kind, app: subject.app }),
      )
      expect(logged).toHaveLength(writers.length * mutationsOfAWriter)
      for (const seen of await Promise.all(readers)) {
        expect(seen.map(({ revision, kind, app }) => ({ revision, kind, app }))).toEqual(logged)
      }
    },
}

/** Answers the changes that these mutations are. */
async function mutateEachWay(store: Store): Promise<readonly Change[]> {
  const [root, bob] = [asUser('root', true), asUser('bob')]
  await registerAll(store, 'root', 'bob')
  await addKey(store, bob, { id: 'k', public: key.public })
  await createApp(store, root, { id: app })
  await grant(store, root, allow(app, 'bob'))
  await revokeGrant(store, root, { params: { app, username: 'bob' } })
  await transferApp(store, root, { params: { app }, body: { owner: 'bob' } })
  await deleteApp(store, root, { app })
  await createApp(store, root, { id: app })
  await removeKey(store, bob, { key: 'k' })
  await cancel(store, bob)
  return [
    { kind: 'createUser', user: 'root', isAdministrator: true },
    { kind: 'createUser', user: 'bob', isAdministrator: false },
    { kind: 'addKey', user: 'bob', fingerprint },
    { kind: 'createApp', app, generation: 1, owner: 'root' },
    { kind: 'grant', app, generation: 1, user: 'bob' },
    { kind: 'revokeGrant', app, generation: 1, user: 'bob' },
    { kind: 'transferApp', app, generation: 1, owner: 'bob' },
    { kind: 'deleteApp', app, generation: 1 },
    { kind: 'createApp', app, generation: 2, owner: 'root' },
    { kind: 'removeKey', user: 'bob', fingerprint },
    { kind: 'deleteUser', user: 'bob' },
  ].map((told, index) => ({ revision: index + 1, ...told }) as Change)
}

async function registerAll(store: Store, ...usernames: string[]): Promise<void> {
  for (const username of usernames) {
    await register({ store, secrets: plainSecrets }, { username, password: 'p' })
  }
}

function allow(name: string, username: string) {
  return { params: { app: name }, body: { username } }
}

/** Slow enough that readers look while it waits, quick enough for a test. */
const waitMs = 3
const rounds = 8
const mutationsOfAWriter = 2 * rounds

/** Creates and deletes an app that all writers lock; between them, what takes a revision and does not commit. */
async function write(store: Store, writer: string, wake: () => void): Promise<void> {
  const random = createRandom(1)
  for (let round = 0; round < rounds; round++) {
    const id = `${writer}-app`
    await createApp(store, asUser(writer), { id })
    wake()
    await store.transaction(async (transaction) => {
      await transaction.record({ kind: 'grant', actor: null, subject: {} })
      await sleep(realClock, integer(random, 0, waitMs, writer, `${round}`))
      return { refused: 'forbidden' }
    })
    const failure = new Error('rolled back')
    const failing = store.transaction(async (transaction) => {
      await transaction.record({ kind: 'grant', actor: null, subject: {} })
      throw failure
    })
    await expect(failing).rejects.toBe(failure)
    await store.transaction(async (transaction) => {
      const { generation = 0 } = (await transaction.lockApp(id, 'update')) ?? {}
      await transaction.deleteApp(id)
      const subject = { app: id, generation }
      await transaction.record({ kind: 'deleteApp', actor: writer, subject })
      await sleep(realClock, integer(random, 0, waitMs, `${writer} slow`, `${round}`))
      return {}
    })
    wake()
  }
}

/** What is seen until a revision that becomes known while it follows. */
async function follow(
  feed: Feed,
  start: Parameters<Feed['follow']>[0],
  { end, slow = false }: { readonly end: Promise<number>; readonly slow?: boolean },
): Promise<readonly (Change & { readonly app?: string })[]> {
  const leaving = new AbortController()
  const seen: Change[] = []
  let last = Number.POSITIVE_INFINITY
  void end.then((revision) => {
    last = revision
  })
  for await (const event of feed.follow(start, { heartbeatMs: 5, signal: leaving.signal })) {
    if (event.kind === 'gone') throw new Error('a reader that follows lost its place')
    if (event.kind === 'changes') {
      seen.push(...event.changes)
      expect(event.revision).toBe(event.changes.at(-1)?.revision)
    }
    if (event.revision >= last) leaving.abort()
    if (slow) await sleep(realClock, 2 * waitMs)
  }
  return seen
}

/** The plainest reader of changes that there can be. */
function applied(snapshot: Snapshot, changes: readonly Change[]): Snapshot {
  const users = new Map(snapshot.users.map((user) => [user.username, user]))
  const apps = new Map(snapshot.apps.map((each) => [each.app, each]))
  const appOf = (name: string) => apps.get(name) ?? expect.fail(`${name} is not there`)
  const keysOf = (name: string) => users.get(name)?.keys ?? expect.fail(`${name} is not there`)
  for (const told of changes) {
    switch (told.kind) {
      case 'createUser':
        users.set(told.user, {
          username: told.user,
          isAdministrator: told.isAdministrator,
          keys: [],
        })
        break
      case 'deleteUser':
        users.delete(told.user)
        for (const { users: granted } of apps.values()) remove(granted, told.user)
        break
      case 'addKey':
        keysOf(told.user).push(told.fingerprint)
        break
      case 'removeKey':
        remove(keysOf(told.user), told.fingerprint)
        break
      case 'createApp':
        apps.set(told.app, {
          app: told.app,
          generation: told.generation,
          owner: told.owner,
          users: [],
        })
        break
      case 'deleteApp':
        apps.delete(told.app)
        break
      case 'transferApp':
        appOf(told.app).owner = told.owner
        break
      case 'grant':
        appOf(told.app).users.push(told.user)
        break
      case 'revokeGrant':
        remove(appOf(told.app).users, told.user)
    }
  }
  const byName = (a: { username: string }, b: { username: string }) =>
    a.username < b.username ? -1 : 1
  return { users: [...users.values()].sort(byName), apps: [...apps.values()] }
}

function remove(list: string[], value: string): void {
  const index = list.indexOf(value)
  if (index !== -1) list.splice(index, 1)
}
