import type { HistoryEvent } from '@keyrace/contracts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { history, type When } from './testing/history-builder.ts'
import { tried } from './testing/trial.ts'

/** What anybody can write who has nothing but the rows. */
function recount(rows: readonly HistoryEvent[]): number {
  const deletedAt = new Map<string, number>()
  const begunAt = new Map<string, number>()
  let staleAccepts = 0
  for (const { f, type, t, op, app, generation } of rows) {
    const repository = `${app}#${generation}`
    if (f === 'deleteApp' && type === 'ok') deletedAt.set(repository, t)
    if (f === 'push' && type === 'invoke') begunAt.set(op, t)
    if (f === 'push' && type === 'ok') {
      const deleted = deletedAt.get(repository) ?? Number.POSITIVE_INFINITY
      if (deleted < (begunAt.get(op) ?? Number.NaN)) staleAccepts++
    }
  }
  return staleAccepts
}

const when = fc
  .tuple(fc.integer({ min: 10, max: 1000 }), fc.integer({ min: 0, max: 100 }))
  .map(([inv, duration]): When => [inv, inv + duration])
const app = fc.constantFrom('blue', 'green', 'red')
const outcome = fc.constantFrom('ok', 'ok', 'ok', 'info', 'fail')

const races = fc.record({
  deletions: fc.uniqueArray(fc.record({ app, at: when, outcome }), { selector: (d) => d.app }),
  pushes: fc.array(fc.record({ app, at: when, outcome }), { minLength: 5, maxLength: 40 }),
})

test('a script of ten lines counts the same stale accepts as the checker', () => {
  let counted = 0
  fc.assert(
    fc.property(races, ({ deletions, pushes }) => {
      const story = history().key('alice')
      for (const name of ['blue', 'green', 'red']) story.app(name, 1, 'alice')
      for (const { app, at, outcome } of deletions) {
        story.mutation('deleteApp', { app, generation: 1 }, at, outcome)
      }
      for (const push of pushes) story.push(push)
      const staleAccepts = recount(story.events())
      expect(tried(story).correctness.staleAccepts).toBe(staleAccepts)
      counted += staleAccepts
    }),
    { numRuns: 300, seed: 7 },
  )
  expect(counted).toBeGreaterThan(100)
})
