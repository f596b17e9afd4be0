import type { ImportLine } from '@keyrace/contracts'
import { expect, test } from 'vitest'
import { createMemoryStore } from '../store/memory/memory-store.ts'
import { keyOf, plainSecrets, snapshotOf } from '../store/testing/fixture.ts'
import { importBatch } from './import.ts'

const key = keyOf('alice', 1)
const good: readonly ImportLine[] = [
  { kind: 'user', username: 'alice', token: 'token-of-alice-0001' },
  { kind: 'user', username: 'bob' },
  { kind: 'key', id: 'laptop', owner: 'alice', public: `${key.public} a comment` },
  { kind: 'app', app: 'myapp', owner: 'alice' },
  { kind: 'grant', app: 'myapp', username: 'bob' },
]

test('a whole fixture is one revision', async () => {
  const { store, load } = setUp()
  const counts = { users: 2, keys: 1, apps: 1, grants: 1 }
  expect(await load(good)).toEqual({ body: { ...counts, revision: 1 }, revision: 1 })
  expect(await store.userByToken('hash of token-of-alice-0001')).toMatchObject({
    username: 'alice',
  })
  expect((await store.keyOwner(key.fingerprint, 'myapp')).owner?.apps).toEqual(['myapp'])
  expect((await store.auditLog(0, 10)).map(({ subject }) => subject)).toEqual([counts])
})

test.each<[string, ImportLine | { kind: string } | string, string]>([
  ['is not JSON', '{', 'invalid-request'],
  ['is empty', '', 'invalid-request'],
  ['is of no kind', { kind: 'secret' }, 'invalid-request'],
  ['has a bad name', { kind: 'app', app: '../x', owner: 'alice' }, 'invalid-request'],
  [
    'names a key as no route can',
    { kind: 'key', id: 'a/b', owner: 'bob', public: keyOf('bob', 2).public },
    'invalid-request',
  ],
  [
    'has a broken key',
    { kind: 'key', id: 'k', owner: 'bob', public: 'ssh-ed25519 AAAA' },
    'invalid-public-key',
  ],
  ['repeats a user', { kind: 'user', username: 'bob' }, 'username-taken'],
  [
    "repeats another user's token",
    { kind: 'user', username: 'dora', token: 'token-of-alice-0001' },
    'token-in-use',
  ],
  [
    "repeats another user's key",
    { kind: 'key', id: 'k', owner: 'bob', public: key.public },
    'key-in-use',
  ],
  ['repeats an app', { kind: 'app', app: 'myapp', owner: 'bob' }, 'app-name-taken'],
  ['names no user', { kind: 'app', app: 'other', owner: 'nobody' }, 'user-not-found'],
  ['names no app', { kind: 'grant', app: 'other', username: 'bob' }, 'app-not-found'],
])('a line that %s is named, and leaves nothing of the others', async (_, line, refused) => {
  const { store, load } = setUp()
  const outcome = await load([...good, line, { kind: 'user', username: 'carol' }])
  expect(outcome).toMatchObject({ refused, detail: expect.stringMatching(/^line 6: /) })
  expect(await snapshotOf(store)).toEqual({ users: [], apps: [], revision: 0 })
})

test('lines may arrive cut anywhere, as bytes or as text', async () => {
  const bytes = Buffer.from(good.map((line) => JSON.stringify(line)).join('\n'))
  for (const size of [1, 7, 1_000]) {
    const { store } = setUp()
    const pieces = async function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
    }
    const outcome = await importBatch({ store, secrets: plainSecrets }, pieces())
    expect(outcome).toMatchObject({ body: { users: 2, grants: 1 } })
  }
})

function setUp() {
  const store = createMemoryStore({ epoch: 'e', timestamp: () => '2016-03-01T12:00:00Z' })
  const load = (lines: readonly (object | string)[]) =>
    importBatch({ store, secrets: plainSecrets }, encode(lines))
  return { store, load }
}

async function* encode(lines: readonly (object | string)[]) {
  for (const line of lines) yield `${typeof line === 'string' ? line : JSON.stringify(line)}\n`
}
