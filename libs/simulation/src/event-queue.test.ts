import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createEventQueue } from './event-queue.ts'

test('events come in order of time, those of one instant in order of arrival, cancelled ones never', () => {
  const planned = fc.array(fc.record({ at: fc.nat(20), isCancelled: fc.boolean() }))
  fc.assert(
    fc.property(planned, (plan) => {
      const queue = createEventQueue()
      const named = plan.map(({ at, isCancelled }, index) => {
        const label = `${index}`
        return { at, label, isCancelled, cancel: queue.add({ at, label, run() {} }) }
      })
      for (const { isCancelled, cancel } of named) if (isCancelled) cancel()

      const expected = named.filter(({ isCancelled }) => !isCancelled).sort((a, b) => a.at - b.at)
      expect(queue.size()).toBe(expected.length)
      expect(drain(queue)).toEqual(expected.map(({ label }) => label))
      expect(queue.size()).toBe(0)
    }),
  )
})

test('cancelling twice, or after the event came, changes nothing', () => {
  const queue = createEventQueue()
  const cancelFirst = queue.add({ at: 1, label: 'first', run() {} })
  const cancelSecond = queue.add({ at: 2, label: 'second', run() {} })
  queue.add({ at: 3, label: 'third', run() {} })
  expect(queue.next()?.label).toBe('first')
  cancelFirst()
  cancelSecond()
  cancelSecond()
  expect(queue.size()).toBe(1)
  expect(drain(queue)).toEqual(['third'])
})

function drain(queue: ReturnType<typeof createEventQueue>): string[] {
  const labels: string[] = []
  for (let event = queue.next(); event !== undefined; event = queue.next()) labels.push(event.label)
  return labels
}
