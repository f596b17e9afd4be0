import { createRandom, integer } from '@keyrace/environment'
import { expect, test } from 'vitest'
import { StoreError } from '../store.ts'
import { addUsers, change } from '../testing/fixture.ts'
import { describeStore } from '../testing/suite.ts'
import { createMemoryDatabase, createMemoryStore } from './memory-store.ts'

describeStore('the store in memory', async () => createMemoryStore(options))

/** Zero to three turns of the event loop a step, so that transactions overlap in many ways. */
const random = createRandom(7)
let step = 0
const options = {
  epoch: 'epoch-1',
  timestamp: () => '2016-03-01T12:00:00.000Z',
  latency: async () => {
    const turns = integer(random, 0, 4, 'latency', `${step++}`)
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
  },
}

test('transactions that lock in opposite orders fail rather than wait for ever', async () => {
  const store = createMemoryStore(options)
  await addUsers(store, 'alice', 'bob')
  const bothHoldOne = Promise.withResolvers<void>()
  let holders = 0
  const lockBoth = (first: string, second: string) =>
    change(store, async (transaction) => {
      await transaction.lockUser(first, 'update')
      if (++holders === 2) bothHoldOne.resolve()
      await bothHoldOne.promise
      await transaction.lockUser(second, 'update')
    })
  const outcomes = await Promise.allSettled([lockBoth('alice', 'bob'), lockBoth('bob', 'alice')])
  const [failed, ...others] = outcomes.filter(({ status }) => status === 'rejected')
  expect(failed).toMatchObject({ reason: { name: 'StoreError', code: '40P01' } })
  expect(others).toEqual([])
})

test('a client that dies leaves neither changes nor locks behind, and who waited for these is served', async () => {
  const database = createMemoryDatabase(options)
  const [dead, other] = [database.connect(), database.connect()]
  await addUsers(dead, 'alice')
  const forever = new Promise<never>(() => {})
  void change(dead, async (transaction) => {
    await transaction.lockUser('alice', 'update')
    await transaction.insertApp('myapp', 'alice')
    await forever
  })
  void change(dead, async (transaction) => {
    await transaction.lockUser('alice', 'update')
    expect.fail('the dead got a lock')
  })
  const waiting = change(other, (transaction) => transaction.lockUser('alice', 'update'))
  await new Promise(setImmediate)
  dead.break()
  await waiting
  expect((await other.app('myapp')).app).toBeUndefined()
  expect(await other.names()).toMatchObject({ users: ['alice'] })
})

test('whoever is not told the end of a transaction finds all of it, or nothing', async () => {
  const ends = new Set<boolean>()
  for (let failing = 1; failing < 10; failing++) {
    let steps = 0
    const database = createMemoryDatabase(options)
    const store = database.connect(async () => {
      if (++steps === failing) throw new StoreError('57P03', 'the database is not there')
    })
    const told = await addUsers(store, 'alice').then(
      () => true,
      () => false,
    )
    const { users } = await database.connect().names()
    if (told) expect(users).toEqual(['alice'])
    else ends.add(users.length > 0)
  }
  expect([...ends]).toEqual([false, true])
})
