import { expect, test } from 'vitest'
import { createPendingEvents } from './pending-events.ts'

const setUp = () =>
  createPendingEvents<number>({ longest: 3, overflow: () => new Error('too slow') })

test('events come in order, those that wait before the end', async () => {
  const events = setUp()
  events.push(1)
  events.push(2)
  const taken = takeAll(events)
  await Promise.resolve()
  events.push(3)
  events.end()
  events.push(4)
  expect(await taken).toEqual([1, 2, 3])
})

test('an error is thrown after what came before it', async () => {
  const events = setUp()
  events.push(1)
  events.end(new Error('broken'))
  events.end()
  const taken: number[] = []
  await expect(takeAll(events, taken)).rejects.toThrow('broken')
  expect(taken).toEqual([1])
})

test('who takes too slowly is told so, and gets no later event for an earlier one', async () => {
  const events = setUp()
  for (const event of [1, 2, 3, 4, 5]) events.push(event)
  const taken: number[] = []
  await expect(takeAll(events, taken)).rejects.toThrow('too slow')
  expect(taken).toEqual([])
})

async function takeAll(events: AsyncIterable<number>, taken: number[] = []): Promise<number[]> {
  for await (const event of events) taken.push(event)
  return taken
}
