import { createRandom, integer } from '@keyrace/environment'
import { expect, test } from 'vitest'
import { addUsers, change } from '../testing/fixture.ts'
import { describeStore } from '../testing/suite.ts'
import { createMemoryStore } from './memory-store.ts'

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
