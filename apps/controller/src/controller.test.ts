import {
  type EndpointName,
  type Endpoints,
  endpoints,
  headers,
  type Input,
  type Position,
} from '@keyrace/contracts'
import { type Call, type Clock, createRandom } from '@keyrace/environment'
import { expect, test } from 'vitest'
import { type ControllerDeps, createController } from './controller.ts'
import type { Feed } from './domain/feed.ts'
import { createMemoryStore } from './store/memory/memory-store.ts'
import { StoreError } from './store/store.ts'
import { keyOf, plainSecrets } from './store/testing/fixture.ts'

const { public: line, fingerprint } = keyOf('alice', 1)
const app = { params: { app: 'myapp' } }
const builder = { [headers.builderToken]: 'secret-of-poll' }
const operator = { [headers.userToken]: 'token operator-secret' }

test('a user registers, adds a key and creates an app, and a builder learns it', async () => {
  const { call, signUp } = setUp()
  expect((await call('register', { body: { username: 'root', password: 'p' } })).body).toEqual({
    username: 'root',
    is_superuser: true,
  })
  const alice = await signUp('alice')
  await call('addKey', { body: { id: 'laptop', public: `${line} alice@laptop` } }, alice)
  const created = await call('createApp', { body: { id: 'myapp' } }, alice)
  expect(created.headers).toMatchObject({ [headers.revision]: '4', [headers.generation]: '1' })

  const owner = await call(
    'keyOwner',
    { params: { fingerprint }, query: { app: 'myapp' } },
    builder,
  )
  expect(owner.body).toEqual({ username: 'alice', apps: ['myapp'] })
  expect(owner.headers).toEqual({
    [headers.epoch]: 'epoch-1',
    [headers.revision]: '4',
    [headers.generation]: '1',
  })
})

test('a refusal says what is missing by its code, and at which revision', async () => {
  const { call, signUp } = setUp()
  const alice = await signUp('alice')
  await signUp('bob')
  await call('createApp', { body: { id: 'myapp' } }, alice)
  await call('createApp', { body: { id: 'owned' } }, await signUp('carol'))
  for (const [params, code] of [
    [{ app: 'nothing', username: 'alice' }, 'app-not-found'],
    [{ app: 'myapp', username: 'nobody' }, 'user-not-found'],
    [{ app: 'owned', username: 'bob' }, 'forbidden'],
    [{ app: 'myapp', username: 'alice' }, 'key-not-found'],
  ] as const) {
    const answer = await call('userKeys', { params }, builder)
    expect(answer.headers).toMatchObject({
      [headers.code]: code,
      [headers.revision]: '5',
    })
  }
})

test('a builder learns what became of a name, and of one that never was that nothing is known', async () => {
  const { call, signUp } = setUp()
  const alice = await signUp('alice')
  await call('createApp', { body: { id: 'myapp' } }, alice)
  await call('deleteApp', app, alice)
  const latest = { app: 'myapp', generation: 1, stands: false }
  const gone = await call('latestGeneration', app, builder)
  expect(gone.body).toEqual(latest)
  expect(gone.headers).toEqual({
    [headers.epoch]: 'epoch-1',
    [headers.revision]: '3',
    [headers.generation]: '1',
  })
  const all = await call('latestGenerations', {}, builder)
  expect(all.body).toEqual({ generations: [latest] })
  expect(all.headers).toMatchObject({ [headers.epoch]: 'epoch-1', [headers.revision]: '3' })
  const unknown = await call('latestGeneration', { params: { app: 'my' } }, builder)
  expect([unknown.status, unknown.headers[headers.code]]).toEqual([404, 'app-not-found'])
})

test.each([
  ['listApps', {}, {}],
  ['listApps', {}, { [headers.userToken]: 'token of-nobody' }],
  ['listApps', {}, { [headers.userToken]: 'Bearer operator-secret' }],
  ['snapshot', {}, {}],
  ['snapshot', {}, { [headers.builderToken]: '' }],
  ['snapshot', {}, { [headers.userToken]: 'token secret-of-poll' }],
  ['usage', {}, {}],
  ['usage', {}, { [headers.userToken]: 'token secret-of-poll' }],
] as const)('%s is refused to a caller with the wrong token', async (name, input, sent) => {
  const { call } = setUp()
  const answer = await call(name, input, sent)
  expect([answer.status, answer.headers[headers.code]]).toEqual([401, 'unauthenticated'])
})

test('somebody else neither sees, deletes, transfers nor shares an app', async () => {
  const { call, signUp } = setUp()
  await signUp('root')
  const alice = await signUp('alice')
  const mallory = await signUp('mallory')
  await call('createApp', { body: { id: 'myapp' } }, alice)
  const attempts = [
    await call('getApp', app, mallory),
    await call('listPermissions', app, mallory),
    await call('appReleases', app, mallory),
    await call('deleteApp', app, mallory),
    await call('transferApp', { ...app, body: { owner: 'mallory' } }, mallory),
    await call('grant', { ...app, body: { username: 'mallory' } }, mallory),
    await call('revokeGrant', { params: { app: 'myapp', username: 'alice' } }, mallory),
  ]
  expect(attempts.map(({ headers: sent }) => sent[headers.code])).toEqual(
    attempts.map(() => 'forbidden'),
  )
  expect((await call('getApp', app, alice)).body).toMatchObject({ owner: 'alice' })
})

test('a grant lets a user push but not manage, until it is revoked by either of them', async () => {
  const { call, signUp } = setUp()
  const alice = await signUp('alice')
  const bob = await signUp('bob')
  await call('createApp', { body: { id: 'myapp' } }, alice)
  const granted = await call('grant', { ...app, body: { username: 'bob' } }, alice)
  expect([granted.status, granted.text]).toEqual([201, ''])
  const again = await call('grant', { ...app, body: { username: 'bob' } }, alice)
  expect(again.headers[headers.revision]).toBe(granted.headers[headers.revision])
  expect((await call('getApp', app, bob)).status).toBe(200)
  expect((await call('deleteApp', app, bob)).status).toBe(403)
  await call('revokeGrant', { params: { app: 'myapp', username: 'bob' } }, bob)
  expect((await call('getApp', app, bob)).status).toBe(403)
})

test('an app that is given away belongs to its new owner alone', async () => {
  const { call, signUp } = setUp()
  await signUp('root')
  const alice = await signUp('alice')
  const bob = await signUp('bob')
  await call('createApp', { body: { id: 'myapp' } }, alice)
  await call('transferApp', { ...app, body: { owner: 'bob' } }, alice)
  expect((await call('getApp', app, alice)).status).toBe(403)
  expect((await call('getApp', app, bob)).body).toMatchObject({ owner: 'bob' })
})

test.each([
  ['the app is gone', { app: 'nothing' }, 'app-not-found'],
  ['the app is another generation', { generation: 2 }, 'generation-gone'],
  ['the user is gone', { user: 'nobody' }, 'user-not-found'],
  ['the key is unknown', { fingerprint: keyOf('', 9).fingerprint }, 'key-not-found'],
  ["the key is another user's", { fingerprint: keyOf('', 2).fingerprint }, 'key-not-found'],
  ['the user may not push', { user: 'bob', fingerprint: keyOf('', 2).fingerprint }, 'forbidden'],
])('a publish is refused, and leaves no release, when %s', async (_, changes, code) => {
  const { call, signUp } = setUp()
  await signUp('root')
  const alice = await signUp('alice')
  const bob = await signUp('bob')
  await call('addKey', { body: { id: 'k', public: line } }, alice)
  await call('addKey', { body: { id: 'k', public: keyOf('bob', 2).public } }, bob)
  await call('createApp', { body: { id: 'myapp' } }, alice)
  const answer = await call('publish', { body: { ...release, ...changes } }, builder)
  expect(answer.headers).toMatchObject({ [headers.code]: code, [headers.revision]: '6' })
  expect((await call('appReleases', app, alice)).body).toEqual({ count: 0, results: [] })
})

test('a release stays as it was settled, also when its app is gone', async () => {
  const { call, signUp } = setUp()
  const alice = await signUp('alice')
  await call('addKey', { body: { id: 'k', public: line } }, alice)
  await call('createApp', { body: { id: 'myapp' } }, alice)
  expect((await call('publish', { body: release }, builder)).body).toMatchObject({ version: 1 })
  await call('deleteApp', app, alice)
  const settle = (state: 'live' | 'abandoned') =>
    call('settleRelease', { params: { pushId: 'p1' }, body: { state } }, builder)
  expect((await settle('live')).body).toMatchObject({ state: 'live' })
  expect((await settle('live')).body).toMatchObject({ state: 'live' })
  expect((await settle('abandoned')).headers[headers.code]).toBe('release-settled')
  expect((await call('publish', { body: release }, builder)).body).toMatchObject({ state: 'live' })
  const unknown = { params: { pushId: 'p2' }, body: { state: 'live' } } as const
  expect((await call('settleRelease', unknown, builder)).status).toBe(404)
})

test('a historic build looks at app and permission, but neither at key nor at generation', async () => {
  const { call, signUp } = setUp()
  await signUp('root')
  const alice = await signUp('alice')
  await signUp('bob')
  await call('createApp', { body: { id: 'myapp' } }, alice)
  const build = (receive_user: string, receive_repo = 'myapp') => ({
    body: { sha: 'a'.repeat(40), receive_user, receive_repo, image: 'i' },
  })
  expect((await call('historicBuild', build('bob'), builder)).status).toBe(403)
  expect((await call('historicBuild', build('alice', 'nothing'), builder)).status).toBe(404)
  expect((await call('historicBuild', build('alice'), builder)).body).toEqual({
    release: { version: 1 },
  })
  await call('deleteApp', app, alice)
  await call('createApp', { body: { id: 'myapp' } }, alice)
  await call('historicBuild', build('alice'), builder)
  expect((await call('appReleases', app, alice)).body).toMatchObject({
    results: [{ generation: 2, version: 1, state: 'live' }],
  })
})

test('requests and answered bytes are charged to the token and the purpose', async () => {
  const { call } = setUp()
  const asked = { params: { fingerprint }, query: {} }
  const answers = [
    await call('keyOwner', asked, { ...builder, [headers.purpose]: 'identify' }),
    await call('keyOwner', asked, { ...builder, [headers.purpose]: 'identify' }),
    await call('snapshot', {}, { ...builder, [headers.purpose]: 'nonsense' }),
  ]
  await call('snapshot', {}, { [headers.builderToken]: 'wrong' })
  const { body } = await call('usage', {}, { [headers.userToken]: 'token operator-secret' })
  const bytes = answers.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)
  expect(body).toEqual({
    builders: {
      poll: { requests: { identify: 2, authorize: 0, publish: 0, background: 1 }, bytes },
    },
  })
})

test('what fails is charged as well', async () => {
  const { call, store } = setUp()
  store.standing = () => Promise.reject(new StoreError('57P01', 'terminating connection'))
  const body = { app: 'myapp', public_key: line }
  const charged = { ...builder, [headers.purpose]: 'authorize' }
  expect((await call('checkKey', { body }, charged)).status).toBe(500)
  const { body: usage } = await call('usage', {}, { [headers.userToken]: 'token operator-secret' })
  expect(usage).toMatchObject({ builders: { poll: { requests: { authorize: 1 }, bytes: 0 } } })
})

test('a snapshot is read anew after a mutation, and only then', async () => {
  const { call, store, signUp } = setUp()
  const alice = await signUp('alice')
  let reads = 0
  const { snapshot } = store
  store.snapshot = () => {
    reads++
    return snapshot()
  }
  const asked = async () => {
    const { body, headers: sent } = await call('snapshot', {}, builder)
    return { ...(body as object), revision: sent[headers.revision] }
  }
  const before = await asked()
  expect(await asked()).toEqual(before)
  expect(reads).toBe(1)
  await call('createApp', { body: { id: 'myapp' } }, alice)
  expect(await asked()).toMatchObject({ apps: [{ app: 'myapp', generation: 1 }], revision: '2' })
  expect(reads).toBe(2)
})

test.each(['snapshot', 'changes'] as const)(
  'who has the answer of %s gets it no second time, until something changes',
  async (name) => {
    const { call, store, signUp } = setUp()
    const alice = await signUp('alice')
    const input = name === 'changes' ? since(0) : {}
    const first = await call(name, input, builder)
    const tag = first.headers[headers.entityTag] ?? ''
    expect(tag).toBe('"epoch-1.1"')
    const { snapshot, changes } = store
    store.snapshot = store.changes = () => expect.fail('it was read again')
    const again = await call(name, input, { ...builder, [headers.ifNoneMatch]: tag })
    expect([again.status, again.text]).toEqual([304, ''])
    expect(again.headers).toEqual({
      [headers.epoch]: 'epoch-1',
      [headers.revision]: '1',
      [headers.entityTag]: tag,
      [headers.code]: 'not-modified',
    })
    Object.assign(store, { snapshot, changes })
    await call('createApp', { body: { id: 'myapp' } }, alice)
    for (const sent of [tag, '"epoch-1.3"', '"epoch.2"', 'epoch-1.2', '*']) {
      const { status, headers: stamped } = await call(name, input, {
        ...builder,
        [headers.ifNoneMatch]: sent,
      })
      expect([status, stamped[headers.entityTag]]).toEqual([200, '"epoch-1.2"'])
    }
  },
)

test('changes are complete up to the revision that they are stamped with', async () => {
  const { call, signUp } = setUp()
  for (const username of ['alice', 'bob', 'carol']) await signUp(username)
  const page = await call('changes', since(1, { limit: 1 }), builder)
  expect(page.body).toMatchObject({ changes: [{ kind: 'createUser', user: 'bob', revision: 2 }] })
  expect(page.headers[headers.revision]).toBe('2')
  const gone = await call('changes', since(4), builder)
  expect([gone.status, gone.headers[headers.code]]).toEqual([410, 'revision-gone'])
})

test('a stream is charged as one request, and its bytes as they are told', async () => {
  const { call, signUp } = setUp()
  await signUp('alice')
  const { status, headers: sent, events } = await call('changeStream', since(0), builder)
  expect([status, sent[headers.revision]]).toEqual([200, '0'])
  const told = events?.[Symbol.asyncIterator]()
  const first = (await told?.next())?.value
  expect(first).toMatchObject({ kind: 'changes', changes: [{ user: 'alice' }] })
  const { body } = await call('usage', {}, operator)
  expect(body).toEqual({
    builders: {
      poll: {
        requests: { identify: 0, authorize: 0, publish: 0, background: 1 },
        bytes: Buffer.byteLength(JSON.stringify(first)),
      },
    },
  })
  const lost = await call('changeStream', since(7), builder)
  expect([lost.status, lost.events]).toEqual([410, undefined])
})

test('a stream ends where the database fails, and tells us why', async () => {
  const failures: string[] = []
  const { call, store } = setUp({ onFailure: ({ message }) => failures.push(message) })
  const { events = expect.fail('no events') } = await call('changeStream', since(0), builder)
  store.changes = () => Promise.reject(new StoreError('57P01', 'terminating connection'))
  for await (const event of events) expect.fail(JSON.stringify(event))
  expect(failures).toEqual(['terminating connection'])
})

test('a mutation is acknowledged when all who follow have seen it, and says so where one has not', async () => {
  const seen: number[] = []
  let isReached = true
  const follower = (name: string) => (feed: Feed) => ({
    name,
    start: async () => {},
    close: async () => {},
    async hasSeen({ epoch, revision }: Position) {
      const page = await feed.read({ epoch, revision: revision - 1 }, 1)
      seen.push(page?.position.revision ?? -1)
      return isReached || name === 'one'
    },
  })
  const { call, signUp } = setUp({ followers: [follower('one'), follower('other')] })
  const alice = await signUp('alice')
  await call('snapshot', {}, builder)
  await call('getApp', app, alice)
  await call('deleteApp', app, alice)
  expect(seen).toEqual([1, 1])
  isReached = false
  const created = await call('createApp', { body: { id: 'myapp' } }, alice)
  expect([created.status, created.headers[headers.code]]).toEqual([503, 'not-delivered'])
  expect(created.headers).toMatchObject({ [headers.revision]: '2', [headers.generation]: '1' })
  expect((await call('getApp', app, alice)).status).toBe(200)
})

test('what another history has lost is neither acknowledged nor told', async () => {
  const told: Position[] = []
  const follower = () => ({
    name: 'follower',
    start: async () => {},
    close: async () => {},
    hasSeen: async (position: Position) => told.push(position) > 0,
  })
  const { call, store, signUp } = setUp({ followers: [follower] })
  const alice = await signUp('alice')
  const restore = store.backUp()
  const { transaction } = store
  store.transaction = async (work) => {
    const outcome = await transaction(work)
    restore()
    return outcome
  }
  const created = await call('createApp', { body: { id: 'myapp' } }, alice)
  expect(created.headers[headers.code]).toBe('server-error')
  expect(told).toEqual([{ epoch: 'epoch-1', revision: 1 }])
})

test('whose key it is may be remembered by the name that takes it away, and by no other', async () => {
  const { call, signUp } = setUp()
  const alice = await signUp('alice')
  await call('addKey', { body: { id: 'laptop', public: line } }, alice)
  const renewal = { builder: 'b', session: null, acknowledged: 0, termMs: 1_000, holdMs: 0 }
  await call('renewLease', { body: renewal }, builder)
  const ask = (name: string) =>
    call('keyOwner', { params: { fingerprint: name }, query: {} }, builder)
  expect((await ask(fingerprint)).headers).toHaveProperty([headers.fill])
  const { body, headers: sent } = await ask(keyOf('alice', 1).md5)
  expect(body).toMatchObject({ username: 'alice' })
  expect(sent).not.toHaveProperty([headers.fill])
})

test('nothing that was read before the database was put back goes out under the epoch of afterwards', async () => {
  const failures: string[] = []
  const { call, store, signUp } = setUp({ onFailure: ({ code }) => failures.push(code) })
  const alice = await signUp('alice')
  const restore = store.backUp()
  await call('createApp', { body: { id: 'myapp' } }, alice)
  const before = await call('snapshot', {}, builder)
  const { snapshot } = store
  store.snapshot = async () => {
    const read = await snapshot()
    restore()
    return read
  }
  await call('createApp', { body: { id: 'other' } }, alice)
  const crossing = await call('snapshot', {}, builder)
  expect([crossing.status, crossing.headers[headers.code]]).toEqual([500, 'server-error'])
  expect(failures).toEqual(['another-epoch'])
  store.snapshot = snapshot
  await call('createApp', { body: { id: 'third' } }, alice)
  const after = await call(
    'snapshot',
    {},
    {
      ...builder,
      [headers.ifNoneMatch]: before.headers[headers.entityTag] ?? '',
    },
  )
  expect(after.body).toMatchObject({ apps: [{ app: 'third' }] })
  expect(after.headers).toMatchObject({ [headers.epoch]: 'epoch-1-1', [headers.revision]: '2' })
})

test('what is no key is refused at a revision, too', async () => {
  const { call } = setUp()
  const body = { app: 'myapp', public_key: 'ssh-ed25519 nonsense' }
  const { status, headers: sent } = await call('checkKey', { body }, builder)
  expect([status, sent]).toEqual([
    400,
    {
      [headers.epoch]: 'epoch-1',
      [headers.revision]: '0',
      [headers.code]: 'invalid-public-key',
    },
  ])
})

test('the service time is added for builders only', async () => {
  const slept: number[] = []
  const { call } = setUp({ serviceTimeMs: 10, onSleep: (ms) => slept.push(ms) })
  await call('healthz', {})
  await call('snapshot', {}, builder)
  expect(slept).toEqual([10])
})

test('the operator changes the service time while the controller runs', async () => {
  const slept: number[] = []
  const { call } = setUp({ serviceTimeMs: 10, onSleep: (ms) => slept.push(ms) })
  await call('setServiceTime', { body: { ms: 0.3 } }, operator)
  await call('snapshot', {}, builder)
  await call('setServiceTime', { body: { ms: 0 } }, operator)
  await call('snapshot', {}, builder)
  expect(slept).toEqual([0.3])
})

test('a failing database is reported to us, and to callers without its words', async () => {
  const failures: string[] = []
  const { call, store } = setUp({ onFailure: ({ message }) => failures.push(message) })
  store.snapshot = () => Promise.reject(new StoreError('57P01', 'terminating connection'))
  store.revision = store.snapshot as never
  const answer = await call('snapshot', {}, builder)
  expect([answer.status, answer.text]).toEqual([500, '{"detail":"Server Error"}'])
  expect(failures).toEqual(['terminating connection'])
  expect((await call('readiness', {})).headers[headers.code]).toBe('not-ready')
  expect((await call('healthz', {})).status).toBe(200)
})

test('a fault of our own is not an answer', async () => {
  const { call, store } = setUp()
  store.snapshot = () => Promise.reject(new RangeError('ours'))
  await expect(call('snapshot', {}, builder)).rejects.toThrow('ours')
})

function since(revision: number, more: { limit?: number } = {}) {
  return { query: { epoch: 'epoch-1', since: revision, ...more } }
}

const release = {
  pushId: 'p1',
  builder: 'builder-1',
  app: 'myapp',
  generation: 1,
  user: 'alice',
  fingerprint,
  refs: [{ ref: 'refs/heads/main', old: '0'.repeat(40), new: '1'.repeat(40) }],
}

interface SetUp {
  serviceTimeMs?: number
  onSleep?: (delayMs: number) => void
  onFailure?: (error: StoreError) => void
  followers?: ControllerDeps['followers'] & {}
}

function setUp({ onSleep = () => {}, ...options }: SetUp = {}) {
  const store = createMemoryStore({ epoch: 'epoch-1', timestamp: () => '2016-03-01T12:00:00Z' })
  const random = createRandom(1)
  let made = 0
  const clock: Clock = {
    now: () => 0,
    wall: () => 0,
    timer(delayMs, callback) {
      onSleep(delayMs)
      const immediate = setImmediate(callback)
      return () => clearImmediate(immediate)
    },
  }
  const controller = createController({
    ...options,
    store,
    clock,
    ids: { next: (prefix) => `${prefix}-${random.uint32(prefix, `${made++}`)}` },
    secrets: plainSecrets,
    operatorToken: 'operator-secret',
    builderTokens: { poll: 'secret-of-poll' },
  })
  const call = <N extends EndpointName>(
    name: N,
    input: Input<Endpoints[N]>,
    sent: Readonly<Record<string, string>> = {},
  ) =>
    controller.answer({
      endpoint: endpoints[name],
      input: input as Call['input'],
      headers: sent,
      timeoutMs: 1_000,
    })
  const signUp = async (username: string) => {
    const body = { username, password: `password of ${username}` }
    await call('register', { body })
    const { token } = (await call('login', { body })).body as { token: string }
    return { [headers.userToken]: `token ${token}` }
  }
  return { store, call, signUp }
}
