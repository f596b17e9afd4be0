import { describe, expect, test } from 'vitest'
import { createApp, deleteApp } from '../../domain/apps.ts'
import { addKey, removeKey } from '../../domain/keys.ts'
import { grant, revokeGrant } from '../../domain/permissions.ts'
import { publish } from '../../domain/publish.ts'
import { releasedRefs, settleRelease } from '../../domain/releases.ts'
import { cancel } from '../../domain/users.ts'
import type { Store } from '../store.ts'
import { feedClaims } from './feed-claims.ts'
import { addUsers, asUser, change, keyOf, snapshotOf } from './fixture.ts'

/** What every store must do. `open` gives an empty one. */
export function describeStore(name: string, open: () => Promise<Store>): void {
  describe(`${name}, as every store,`, () => {
    const claims = { ...contents, ...transactions, ...races, ...feedClaims }
    for (const [claim, holds] of Object.entries(claims)) {
      test(claim, async () => {
        const store = await open()
        try {
          await holds(store)
        } finally {
          await store.close()
        }
      })
    }
  })
}

type Claims = Readonly<Record<string, (store: Store) => Promise<void>>>

const alice = asUser('alice')
const aliceKey = keyOf('alice', 1)

const contents: Claims = {
  'finds the owner of a key by either fingerprint': async (store) => {
    await addUsers(store, 'alice')
    await change(store, (transaction) => transaction.insertKey(aliceKey))
    for (const fingerprint of [aliceKey.fingerprint, aliceKey.md5]) {
      const found = await store.keyOwner(fingerprint, undefined)
      expect(found.owner).toEqual({ username: 'alice', apps: [] })
    }
    const { fingerprint, md5 } = keyOf('alice', 2)
    for (const unknown of [fingerprint, md5]) {
      expect((await store.keyOwner(unknown, undefined)).owner).toBeUndefined()
    }
  },

  'names the live apps that a key may push to, by name': async (store) => {
    await standard(store)
    await change(store, async (transaction) => {
      await transaction.insertApp('zebra', 'alice')
      await transaction.insertApp('gone', 'alice')
      await transaction.deleteApp('gone')
      await transaction.insertApp('bobs', 'bob')
    })
    const appsOf = async (n: number) =>
      (await store.keyOwner(keyOf('', n).fingerprint, 'myapp')).owner?.apps
    expect(await appsOf(1)).toEqual(['myapp', 'zebra'])
    expect(await appsOf(2)).toEqual(['bobs', 'myapp'])
    expect(await appsOf(3)).toEqual(['bobs', 'myapp', 'zebra'])
    expect(await appsOf(4)).toEqual([])
    expect(names((await store.appsOf('bob')).apps)).toEqual(['bobs', 'myapp'])
    expect(names((await store.appsOf('root')).apps)).toEqual(['bobs', 'myapp', 'zebra'])
    expect((await store.keyOwner(aliceKey.fingerprint, 'gone')).generation).toBeUndefined()
    expect((await store.keyOwner(aliceKey.fingerprint, 'bobs')).generation).toBe(1)
  },

  "lists the keys of an app's owner, grantees and administrators, and of nobody else": async (
    store,
  ) => {
    await standard(store)
    const { app, keys } = await store.appKeys('myapp')
    expect(app).toEqual({ id: 'myapp', owner: 'alice', generation: 1 })
    expect(keys.map(({ owner }) => owner)).toEqual(['alice', 'bob', 'root'])
    expect((await store.appKeys('nothing')).app).toBeUndefined()
  },

  'keeps the longest term of each kind that builders were given': async (store) => {
    const kept = async () =>
      Promise.all([store.keptTermMs('lease'), store.keptTermMs('registration')])
    expect(await kept()).toEqual([0, 0])
    for (const termMs of [2_000.5, 5_000, 10]) await store.keepTerm('lease', termMs)
    expect(await kept()).toEqual([5_000, 0])
  },

  'shows a standing from one moment': async (store) => {
    await standard(store)
    const { fingerprint } = keyOf('', 2)
    expect(await store.standing({ app: 'myapp', user: 'bob', fingerprint })).toEqual({
      app: { id: 'myapp', owner: 'alice', generation: 1 },
      user: { username: 'bob', isAdministrator: false },
      granted: true,
      keyOwner: 'bob',
      revision: 0,
    })
    expect(await store.standing({ app: 'myapp', fingerprint })).toMatchObject({
      user: { username: 'bob' },
      granted: true,
    })
    expect(await store.standing({ app: 'nothing', user: 'nobody' })).toEqual({
      app: undefined,
      user: undefined,
      granted: false,
      keyOwner: undefined,
      revision: 0,
    })
    const { keys } = await store.standingWithKeys({ app: 'myapp', user: 'bob' })
    expect(keys.map((key) => key.fingerprint)).toEqual([fingerprint])
  },

  'takes one key once, and one name of a key once for each owner': async (store) => {
    await addUsers(store, 'alice', 'bob')
    const insert = (key: typeof aliceKey) =>
      store.transaction(async (transaction) => ({ taken: await transaction.insertKey(key) }))
    expect(await insert(aliceKey)).toEqual({ taken: undefined })
    expect(await insert({ ...aliceKey, owner: 'bob' })).toEqual({ taken: 'key-in-use' })
    expect(await insert({ ...keyOf('alice', 2), id: 'key-1' })).toEqual({ taken: 'key-name-taken' })
    expect(await insert({ ...keyOf('bob', 2), id: 'key-1' })).toEqual({ taken: undefined })
  },

  'counts the generations of a name on, and forgets the grants of a deleted app': async (store) => {
    await standard(store)
    expect(await createApp(store, alice, { id: 'myapp' })).toEqual({ refused: 'app-name-taken' })
    for (const generation of [2, 3]) {
      await deleteApp(store, alice, { app: 'myapp' })
      expect((await store.app('myapp')).app).toBeUndefined()
      expect(await createApp(store, alice, { id: 'myapp' })).toMatchObject({ generation })
      expect((await store.app('myapp')).grantees).toEqual([])
    }
  },

  'remembers the latest generation of every name, and which of them stand': async (store) => {
    await standard(store)
    await createApp(store, alice, { id: 'zebra' })
    await deleteApp(store, alice, { app: 'myapp' })
    await createApp(store, alice, { id: 'gone' })
    await createApp(store, alice, { id: 'gone2' })
    await deleteApp(store, alice, { app: 'gone' })
    await createApp(store, alice, { id: 'myapp' })
    const all = [
      { app: 'gone', generation: 1, stands: false },
      { app: 'gone2', generation: 1, stands: true },
      { app: 'myapp', generation: 2, stands: true },
      { app: 'zebra', generation: 1, stands: true },
    ]
    expect(await store.latestGenerations()).toEqual({ generations: all, revision: 6 })
    for (const latest of all) {
      expect(await store.latestGeneration(latest.app)).toEqual({ latest, revision: 6 })
    }
    for (const unknown of ['gon', 'GONE', 'nothing', '%']) {
      expect((await store.latestGeneration(unknown)).latest).toBeUndefined()
    }
  },

  'forgets the keys, grants and tokens of a deleted user': async (store) => {
    await standard(store)
    await change(store, (transaction) => transaction.insertToken('hash', 'bob'))
    expect(await store.userByToken('hash')).toEqual(asUser('bob'))
    expect(await cancel(store, alice)).toEqual({ refused: 'user-owns-apps' })
    await cancel(store, asUser('bob'))
    await addUsers(store, 'bob')
    expect(await store.userByToken('hash')).toBeUndefined()
    expect((await store.keysOf('bob')).keys).toEqual([])
    expect((await store.app('myapp')).grantees).toEqual([])
    expect((await store.auditLog(0, 10))[0]?.subject).toEqual({
      user: 'bob',
      fingerprints: [keyOf('', 2).fingerprint],
    })
  },

  'makes the first user who registers an administrator, and nobody after them': async (store) => {
    const claim = () =>
      store.transaction(async (transaction) => ({ won: await transaction.claimAdministration() }))
    const claims = await Promise.all([claim(), claim(), claim()])
    expect(claims.filter(({ won }) => won)).toHaveLength(1)
  },

  'tells the names of all users and of the apps that stand': async (store) => {
    await standard(store)
    await change(store, async (transaction) => {
      await transaction.insertApp('gone', 'alice')
      await transaction.deleteApp('gone')
      return transaction.record(mutation('import'))
    })
    const { users, apps, revision } = await store.names()
    expect([...users].sort()).toEqual(['alice', 'bob', 'carol', 'root'])
    expect({ apps, revision }).toEqual({ apps: ['myapp'], revision: 1 })
  },

  'tells in a snapshot all that authorization depends on': async (store) => {
    await standard(store)
    await change(store, (transaction) => transaction.record(mutation('import')))
    expect(await snapshotOf(store)).toEqual({
      revision: 1,
      users: ['alice', 'bob', 'carol', 'root'].map((username) => ({
        username,
        isAdministrator: username === 'root',
        keys: [keyOf('', keyNumbers[username] ?? 0).fingerprint],
      })),
      apps: [{ app: 'myapp', generation: 1, owner: 'alice', users: ['bob'] }],
    })
  },

  'creates no app for a user who is gone meanwhile': async (store) => {
    expect(await createApp(store, alice, { id: 'myapp' })).toEqual({ refused: 'unauthenticated' })
    expect((await store.app('myapp')).app).toBeUndefined()
  },

  'gives a token to one user only': async (store) => {
    await addUsers(store, 'alice', 'bob')
    const give = (username: string) =>
      store.transaction(async (transaction) => ({
        given: await transaction.insertToken('hash', username),
      }))
    expect([await give('alice'), await give('bob')]).toEqual([{ given: true }, { given: false }])
    expect(await store.userByToken('hash')).toEqual(alice)
  },

  'answers a publish that is repeated as the first time, whatever has changed since': async (
    store,
  ) => {
    await standard(store)
    const first = await publish(store, 'arm', request({}))
    await grant(store, alice, { params: { app: 'myapp' }, body: { username: 'carol' } })
    expect(await publish(store, 'arm', request({}))).toEqual(first)
    await deleteApp(store, alice, { app: 'myapp' })
    expect(await publish(store, 'arm', request({}))).toEqual(first)
    const late = await publish(store, 'arm', request({ pushId: 'p2' }))
    expect(late).toMatchObject({ refused: 'app-not-found', revision: 2 })
  },

  'numbers the releases of each generation, whatever becomes of them': async (store) => {
    await standard(store)
    await publish(store, 'arm', request({ pushId: 'p1' }))
    await publish(store, 'arm', request({ pushId: 'p1' }))
    await settleRelease(store, { params: { pushId: 'p1' }, body: { state: 'abandoned' } })
    await publish(store, 'arm', request({ pushId: 'p2' }))
    const releases = await store.releasesOf({ id: 'myapp', generation: 1 })
    expect(releases.map(({ pushId, version, state }) => [pushId, version, state])).toEqual([
      ['p2', 2, 'pending'],
      ['p1', 1, 'abandoned'],
    ])
    await deleteApp(store, alice, { app: 'myapp' })
    await createApp(store, alice, { id: 'myapp' })
    const again = await publish(store, 'arm', request({ pushId: 'p3', generation: 2 }))
    expect(again).toMatchObject({ body: { version: 1, generation: 2 } })
  },

  'continues releases only from where the last one of that ref and arm was left': async (store) => {
    await standard(store)
    const [none, one, two] = ['0', '1', '2'].map((digit) => digit.repeat(40)) as [
      string,
      string,
      string,
    ]
    const push = (pushId: string, old: string, next: string, arm = 'arm', ref = 'main') =>
      publish(store, arm, {
        ...request({ pushId, continuesReleases: true }),
        refs: [{ ref: `refs/heads/${ref}`, old, new: next }],
      })
    const refsOf = async (arm: string) => {
      return store.releasedRefs({ arm, app: 'myapp', generation: 1 })
    }
    expect(await push('p1', none, one)).toMatchObject({ body: { version: 1 } })
    expect(await push('p2', none, two)).toMatchObject({ refused: 'ref-moved', generation: 1 })
    expect(await push('p3', none, two, 'another arm')).toMatchObject({ body: { pushId: 'p3' } })
    expect(await push('p4', none, two, 'arm', 'another')).toMatchObject({ body: { pushId: 'p4' } })
    expect(await push('p1', none, one)).toMatchObject({ body: { pushId: 'p1' } })
    expect(await refsOf('arm')).toEqual({ 'refs/heads/main': one, 'refs/heads/another': two })
    await settleRelease(store, { params: { pushId: 'p1' }, body: { state: 'abandoned' } })
    expect(await refsOf('arm')).toEqual({ 'refs/heads/another': two })
    expect(await push('p2', none, two)).toMatchObject({ body: { pushId: 'p2' } })
    expect(await push('p5', two, one)).toMatchObject({ body: { pushId: 'p5' } })
    expect(await releasedRefs(store, 'arm', { app: 'myapp' })).toMatchObject({
      body: { refs: { 'refs/heads/main': one, 'refs/heads/another': two } },
      generation: 1,
    })
  },

  'keeps the pending releases of arms apart': async (store) => {
    await standard(store)
    await publish(store, 'one', request({ pushId: 'p1' }))
    await publish(store, 'two', request({ pushId: 'p2' }))
    const pending = async (arm: string, builder: string) =>
      (await store.pendingReleases(arm, builder)).releases.map(({ pushId }) => pushId)
    expect(await pending('one', 'builder-1')).toEqual(['p1'])
    expect(await pending('two', 'builder-1')).toEqual(['p2'])
    expect(await pending('two', 'builder-2')).toEqual([])
    await settleRelease(store, { params: { pushId: 'p1' }, body: { state: 'live' } })
    expect(await pending('one', 'builder-1')).toEqual([])
  },
}

const transactions: Claims = {
  'shows nothing of a transaction before its commit, and its own writes to itself': async (
    store,
  ) => {
    await addUsers(store, 'alice')
    await change(store, async (transaction) => {
      await transaction.insertApp('myapp', 'alice')
      await transaction.record(mutation('createApp'))
      expect(await transaction.lockApp('myapp', 'share')).toMatchObject({ generation: 1 })
      expect((await store.app('myapp')).app).toBeUndefined()
      expect(await store.revision()).toBe(0)
    })
    expect(await store.app('myapp')).toMatchObject({ app: { generation: 1 }, revision: 1 })
  },

  'holds a barrier back until a mutation that has its revision has ended': async (store) => {
    await store.barrier()
    const recorded = Promise.withResolvers<void>()
    const going = Promise.withResolvers<void>()
    const mutating = change(store, async (transaction) => {
      await transaction.record(mutation('createUser'))
      recorded.resolve()
      await going.promise
    })
    await recorded.promise
    const revisionThen = store.barrier().then(() => store.revision())
    // It would have been answered before this one, over another connection, if it had not waited.
    expect(await store.revision()).toBe(0)
    going.resolve()
    await mutating
    expect(await revisionThen).toBe(1)
  },

  'leaves nothing of a transaction that was refused or failed': async (store) => {
    const work = async (end: () => object) =>
      store.transaction(async (transaction) => {
        await transaction.claimAdministration()
        const user = { ...asUser('alice'), passwordHash: undefined }
        await transaction.insertUser(user)
        await transaction.record(mutation('createUser'))
        return end()
      })
    expect(await work(() => ({ refused: 'forbidden' }))).toEqual({ refused: 'forbidden' })
    const failure = new Error('a fault of our own')
    const failing = work(() => {
      throw failure
    })
    await expect(failing).rejects.toBe(failure)
    expect(await snapshotOf(store)).toEqual({ users: [], apps: [], revision: 0 })
    expect(await store.auditLog(0, 10)).toEqual([])
    await change(store, async (transaction) => {
      expect(await transaction.claimAdministration()).toBe(true)
    })
  },

  'inserts many rows together, or none of them': async (store) => {
    await addUsers(store, 'alice')
    const rows = [1, 2, 3].map((n) => ({ kind: 'key', key: keyOf('alice', n) }) as const)
    await change(store, async (transaction) => {
      if (!(await transaction.insertRows(rows))) {
        for (const { key } of rows) expect(await transaction.insertKey(key)).toBeUndefined()
      }
      expect(await transaction.insertRows(rows)).toBe(false)
      const unknownOwner = [...rows.slice(3), { kind: 'key', key: keyOf('nobody', 4) } as const]
      expect(await transaction.insertRows(unknownOwner)).toBe(false)
    })
    expect((await store.keysOf('alice')).keys).toHaveLength(3)
    expect((await store.keyOwner(keyOf('', 4).fingerprint, undefined)).owner).toBeUndefined()
  },
}

const races: Claims = {
  'gives revisions in commit order without gaps: a reader that follows misses none': async (
    store,
  ) => {
    const writers = 12
    const writes = 20
    const seen: number[] = []
    let writing = true
    const follow = async () => {
      while (writing || seen.length < writers * writes) {
        for (const { revision } of await store.auditLog(seen.at(-1) ?? 0, 7)) seen.push(revision)
      }
    }
    const write = async (writer: number) => {
      for (let n = 0; n < writes; n++) {
        const outcome = n % 5 === 4 ? { refused: 'forbidden' } : {}
        await store.transaction(async (transaction) => {
          await transaction.lockApp(`app-${n % 3}`, 'update')
          await transaction.record(mutation('createApp', { writer, n }))
          return outcome
        })
        if (n % 5 === 4) await change(store, (transaction) => transaction.record(mutation('grant')))
      }
    }
    const following = follow()
    await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
    writing = false
    await following
    expect(seen).toEqual(Array.from({ length: writers * writes }, (_, index) => index + 1))
  },

  'creates one of several apps that are asked for under one name': async (store) => {
    await addUsers(store, 'alice', 'bob')
    const create = (user: string) => createApp(store, asUser(user), { id: 'myapp' })
    const outcomes = await Promise.all(['alice', 'bob', 'alice', 'bob'].map(create))
    expect(outcomes.filter((outcome) => 'body' in outcome)).toHaveLength(1)
    expect(await store.revision()).toBe(1)
  },

  'stores one release for publishes that are repeated at once': async (store) => {
    await standard(store)
    const outcomes = await Promise.all([1, 2, 3].map(() => publish(store, 'arm', request({}))))
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1)
    expect(await store.releasesOf({ id: 'myapp', generation: 1 })).toHaveLength(1)
  },

  'lets one of several releases go on from the same place, of those that come at once': async (
    store,
  ) => {
    await standard(store)
    const push = (n: number) => {
      const refs = [{ ref: 'refs/heads/main', old: '0'.repeat(40), new: `${n}`.repeat(40) }]
      return publish(store, 'arm', request({ pushId: `p${n}`, refs, continuesReleases: true }))
    }
    const outcomes = await Promise.all([1, 2, 3, 4].map(push))
    expect(outcomes.filter((outcome) => 'body' in outcome)).toHaveLength(1)
    const refusals = outcomes.flatMap((outcome) => ('refused' in outcome ? outcome.refused : []))
    expect(refusals).toEqual(Array(3).fill('ref-moved'))
    expect(await store.releasesOf({ id: 'myapp', generation: 1 })).toHaveLength(1)
  },

  'publishes and refuses by what holds at the revision that it answers': async (store) => {
    await standard(store)
    const judged: { generation: number; outcome: Awaited<ReturnType<typeof publish>> }[] = []
    let changing = true
    const push = async (pusher: number) => {
      for (let n = 0; changing; n++) {
        const generation = (await store.app('myapp')).app?.generation ?? 1
        const wanted = { pushId: `p${pusher}-${n}`, user: 'bob', fingerprint, generation }
        judged.push({ generation, outcome: await publish(store, 'arm', request(wanted)) })
      }
    }
    const bob = asUser('bob')
    const { fingerprint, public: line, id } = keyOf('bob', 2)
    const allowBob = { params: { app: 'myapp' }, body: { username: 'bob' } }
    const pushing = [1, 2, 3].map(push)
    for (let round = 0; round < 20; round++) {
      const app = { id: 'myapp', generation: round + 1 }
      await revokeGrant(store, alice, { params: { app: 'myapp', username: 'bob' } })
      await expectNoMoreReleases(store, app)
      await grant(store, alice, allowBob)
      await removeKey(store, bob, { key: id })
      await expectNoMoreReleases(store, app)
      await addKey(store, bob, { id, public: line })
      await deleteApp(store, alice, { app: 'myapp' })
      await expectNoMoreReleases(store, app)
      await createApp(store, alice, { id: 'myapp' })
      await grant(store, alice, allowBob)
    }
    changing = false
    await Promise.all(pushing)

    const allowed = await allowedGenerations(store)
    for (const { generation, outcome } of judged) {
      const holds = allowed[outcome.revision ?? -1] === generation
      expect({ ...outcome, holds }).toMatchObject({ holds: 'body' in outcome })
    }
    const published = judged.filter(({ outcome }) => 'body' in outcome)
    expect(published.length).toBeGreaterThan(0)
    expect(published.length).toBeLessThan(judged.length)
  },
}

/** Whatever was being published when the revocation committed: it committed before, or not at all. */
async function expectNoMoreReleases(store: Store, app: Parameters<Store['releasesOf']>[0]) {
  const released = await store.releasesOf(app)
  for (let pause = 0; pause < 5; pause++) await store.revision()
  expect(await store.releasesOf(app)).toEqual(released)
}

/** From the audit log: the generation of myapp to which bob may push, by revision. */
async function allowedGenerations(store: Store): Promise<readonly unknown[]> {
  let generation: unknown = 1
  let granted = true
  let hasKey = true
  const allowed = [generation]
  for (const { revision, kind, subject } of await store.auditLog(0, 1_000)) {
    if (kind === 'grant' || kind === 'revokeGrant') granted = kind === 'grant'
    if (kind === 'addKey' || kind === 'removeKey') hasKey = kind === 'addKey'
    if (kind === 'createApp') generation = subject.generation
    if (kind === 'deleteApp') [generation, granted] = [undefined, false]
    allowed[revision] = granted && hasKey ? generation : undefined
  }
  return allowed
}

const keyNumbers: Readonly<Record<string, number>> = { alice: 1, bob: 2, root: 3, carol: 4 }

/** alice owns myapp, bob was granted it, root administers, carol is a stranger; each has one key. */
async function standard(store: Store): Promise<void> {
  await addUsers(store, ...Object.keys(keyNumbers))
  await change(store, async (transaction) => {
    for (const [user, n] of Object.entries(keyNumbers)) await transaction.insertKey(keyOf(user, n))
    await transaction.insertApp('myapp', 'alice')
    await transaction.insertGrant('myapp', 'bob')
  })
}

function request(changes: Partial<Parameters<typeof publish>[2]>): Parameters<typeof publish>[2] {
  return {
    pushId: 'p1',
    builder: 'builder-1',
    app: 'myapp',
    generation: 1,
    user: 'alice',
    fingerprint: aliceKey.fingerprint,
    refs: [{ ref: 'refs/heads/main', old: '0'.repeat(40), new: '1'.repeat(40) }],
    ...changes,
  }
}

function mutation(kind: 'import' | 'createApp' | 'createUser' | 'grant', subject = {}) {
  return { kind, actor: null, subject }
}

function names(apps: readonly { readonly id: string }[]): string[] {
  return apps.map(({ id }) => id)
}
