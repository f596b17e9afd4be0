import type { FeedEvent } from '@keyrace/contracts'
import type { Clock } from '@keyrace/environment'
import { expect, test } from 'vitest'
import { createMemoryStore } from '../store/memory/memory-store.ts'
import { change, plainSecrets } from '../store/testing/fixture.ts'
import { createFeed } from './feed.ts'
import { register } from './users.ts'

const beginning = { epoch: 'e', revision: 0 }
const heartbeatMs = 100

test('changes are told from a position on, and up to another', async () => {
  const { feed, commit } = setUp()
  await commit('alice')
  await commit('bob')
  const first = await feed.read(beginning, 1)
  expect(first).toMatchObject({ changes: [{ user: 'alice' }], position: { revision: 1 } })
  const second = first && (await feed.read(first.position, 10))
  expect(second).toMatchObject({ changes: [{ user: 'bob' }], position: { revision: 2 } })
  expect(second && (await feed.read(second.position, 10))).toEqual({
    changes: [],
    position: { epoch: 'e', revision: 2 },
  })
})

test.each([
  ['of another epoch', { epoch: 'e-1', revision: 5 }],
  ['from the future', { epoch: 'e', revision: 6 }],
  ['further back than the feed reaches', { epoch: 'e', revision: 1 }],
])('nothing is told from a position %s', async (_, position) => {
  const { feed, commit } = setUp({ retention: 3 })
  for (let n = 1; n <= 5; n++) await commit(`user-${n}`)
  expect(await feed.read({ epoch: 'e', revision: 2 }, 10)).toBeDefined()
  expect(await feed.read(position, 10)).toBeUndefined()
  expect(await all(feed.follow(position, { heartbeatMs }))).toEqual([{ kind: 'gone' }])
})

test('who follows is told at once, and without changes as often as it asked for', async () => {
  const { feed, clock, commit } = setUp()
  const events = feed.follow(beginning, { heartbeatMs })[Symbol.asyncIterator]()
  expect(await value(events)).toEqual({ kind: 'heartbeat', revision: 0, asOfMs: 0 })
  const told = value(events)
  await settled()
  clock.advance(40)
  await commit('alice')
  feed.wake()
  expect(await told).toMatchObject({
    kind: 'changes',
    revision: 1,
    asOfMs: 40,
    changes: [{ user: 'alice' }],
  })
  const heard = value(events)
  await settled()
  clock.advance(heartbeatMs - 1)
  expect(await Promise.race([heard, settled('nothing')])).toBe('nothing')
  clock.advance(1)
  expect(await heard).toEqual({ kind: 'heartbeat', revision: 1, asOfMs: 40 + heartbeatMs })
})

test('what another controller commits is told in place of a heartbeat', async () => {
  const { feed, clock, commit } = setUp()
  const events = feed.follow(beginning, { heartbeatMs })[Symbol.asyncIterator]()
  await value(events)
  const told = value(events)
  await settled()
  await commit('alice')
  clock.advance(heartbeatMs)
  expect(await told).toMatchObject({ kind: 'changes', revision: 1 })
})

test('what is committed while it is looked for changes is not slept over', async () => {
  const { feed, store, clock, commit } = setUp()
  const { changes } = store
  store.changes = async (after, limit) => {
    const read = await changes(after, limit)
    if (after === 0) {
      await commit('alice')
      feed.wake()
    }
    return read
  }
  const events = feed.follow(beginning, { heartbeatMs })[Symbol.asyncIterator]()
  expect(await value(events)).toMatchObject({ kind: 'heartbeat', revision: 0 })
  expect(await value(events)).toMatchObject({ kind: 'changes', revision: 1 })
  expect(clock.timers()).toBe(0)
})

test('a reader that was away finds everything in one event', async () => {
  const { feed, commit } = setUp()
  const events = feed.follow(beginning, { heartbeatMs })[Symbol.asyncIterator]()
  await value(events)
  for (let n = 1; n <= 50; n++) {
    await commit(`user-${n}`)
    feed.wake()
  }
  const event = await value(events)
  expect(event?.kind === 'changes' && event.changes.map(({ revision }) => revision)).toEqual(
    Array.from({ length: 50 }, (_, index) => index + 1),
  )
})

test('a reader that leaves while it waits leaves nothing behind', async () => {
  const { feed, clock } = setUp()
  const leaving = new AbortController()
  const { signal } = leaving
  const following = all(feed.follow(beginning, { heartbeatMs, signal }))
  await settled()
  expect(clock.timers()).toBe(1)
  leaving.abort()
  expect(await following).toHaveLength(1)
  expect(clock.timers()).toBe(0)
})

test('an import ends what can be told', async () => {
  const { feed, store, commit } = setUp()
  await commit('alice')
  await change(store, (transaction) =>
    transaction.record({ kind: 'import', actor: null, subject: {} }),
  )
  expect(await all(feed.follow(beginning, { heartbeatMs }))).toEqual([{ kind: 'gone' }])
  const { position, users } = await feed.names()
  expect([position.revision, users]).toEqual([2, ['alice']])
  expect(await feed.read(position, 10)).toEqual({ changes: [], position })
})

test('who follows a database that is put back is told to start over, whatever is committed there', async () => {
  const { feed, store, clock, commit } = setUp()
  await commit('alice')
  const restore = store.backUp()
  await commit('bob')
  const events = feed.follow({ epoch: 'e', revision: 2 }, { heartbeatMs })[Symbol.asyncIterator]()
  await value(events)
  const told = value(events)
  await settled()
  restore()
  for (const username of ['carol', 'dora', 'erin']) await commit(username)
  clock.advance(heartbeatMs)
  expect(await told).toEqual({ kind: 'gone' })
  expect(store.epoch).not.toBe('e')
})

function setUp({ retention }: { retention?: number } = {}) {
  const store = createMemoryStore({ epoch: 'e', timestamp: () => '2016-03-01T12:00:00Z' })
  const clock = createManualClock()
  const feed = createFeed({ store, clock, retention })
  const commit = (username: string) =>
    register({ store, secrets: plainSecrets }, { username, password: 'p' })
  return { store, clock, feed, commit }
}

function createManualClock(): Clock & { advance(ms: number): void; timers(): number } {
  const timers = new Set<{ readonly at: number; readonly run: () => void }>()
  let now = 0
  return {
    now: () => now,
    wall: () => now,
    timer(delayMs, run) {
      const timer = { at: now + delayMs, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    advance(ms) {
      now += ms
      for (const timer of [...timers]) {
        if (timer.at > now) continue
        timers.delete(timer)
        timer.run()
      }
    },
    timers: () => timers.size,
  }
}

async function value(events: AsyncIterator<FeedEvent>): Promise<FeedEvent | undefined> {
  return (await events.next()).value
}

async function all(events: AsyncIterable<FeedEvent>): Promise<readonly FeedEvent[]> {
  const seen: FeedEvent[] = []
  for await (const event of events) seen.push(event)
  return seen
}

/** Once everything has happened that needs no time. */
function settled<T>(outcome?: T): Promise<T | undefined> {
  return new Promise((resolve) => setImmediate(() => resolve(outcome)))
}
