import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createEventQueue, type EventQueue } from './event-queue.ts'

/** What is done to a queue: adding comes often enough that it grows and that slots are used again. */
const deed = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('add'), value: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel'), value: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('next'), value: fc.constant(0) }) },
)

test('events come in order of time, those of one instant in order of arrival, cancelled ones never', () => {
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 1_000, size: 'max' }), (deeds) => {
      const queue = createEventQueue()
      const added: { at: number; label: string; cancel: () => void }[] = []
      let expected: typeof added = []
      for (const { kind, value } of deeds) {
        const chosen = added[value % added.length]
        if (kind === 'add') {
          const label = `${added.length}`
          const event = { at: value, label, cancel: queue.add(value, label, () => {}) }
          added.push(event)
          expected = [...expected, event].sort((a, b) => a.at - b.at)
        } else if (kind === 'cancel') {
          // Also of one that came long ago, and whose slot another one has.
          chosen?.cancel()
          expected = expected.filter((event) => event !== chosen)
        } else {
          expect(queue.next()?.label).toBe(expected.shift()?.label)
        }
        expect(queue.size()).toBe(expected.length)
      }
      expect(drain(queue)).toEqual(expected.map(({ label }) => label))
      expect(queue.size()).toBe(0)
    }),
    { numRuns: 50 },
  )
})

test('an event is let go of once it came or was cancelled, and comes with its own run', () => {
  const queue = createEventQueue()
  const ran: string[] = []
  const cancel = queue.add(1, 'first', () => ran.push('first'))
  cancel()
  queue.add(2, 'second', () => ran.push('second'))
  cancel()
  queue.next()?.run()
  expect([ran, queue.next()]).toEqual([['second'], undefined])
})

function drain(queue: EventQueue): string[] {
  const labels: string[] = []
  for (let event = queue.next(); event !== undefined; event = queue.next()) labels.push(event.label)
  return labels
}
