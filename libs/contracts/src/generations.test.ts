import { expect, test } from 'vitest'
import { isGone } from './generations.ts'

test.each([
  ['an earlier one, whether the latest stands', 1, true, true],
  ['an earlier one, or not', 1, false, true],
  ['the latest, where it was deleted', 2, false, true],
  ['the latest, where it stands', 2, true, false],
  ['one that is still to come, where the latest stands', 3, true, false],
  ['one that is still to come, where it was deleted', 3, false, false],
])('%s (generation %i): stands %s, gone %s', (_, generation, stands, gone) => {
  const latest = { app: 'myapp', generation: 2, stands }
  expect(isGone({ app: 'myapp', generation }, latest)).toBe(gone)
})

test('what became of one name says nothing about another', () => {
  expect(isGone({ app: 'my', generation: 1 }, { app: 'myapp', generation: 2, stands: false })).toBe(
    false,
  )
})
