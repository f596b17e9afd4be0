import type { Plan } from '@keyrace/contracts'
import { expect, test } from 'vitest'
import { deletionRace } from '../../deletion-race.ts'
import { planOf } from '../../testing/plan-of.ts'
import { turnsOf } from './turns.ts'

const arm = (strategy: string): Plan['arms'][number] => ({ strategy, knobs: {} })
const polls = (count: number) => Array.from({ length: count }, () => arm('poll'))
const compared: Partial<Plan> = {
  mode: 'real',
  latency: { ...deletionRace.defaults.latency, pairs: 8 },
}
const namesOf = (changes: Partial<Plan>) =>
  turnsOf({ ...planOf(deletionRace), ...changes }).map(({ arms }) => arms.map(({ name }) => name))

test('as many as can be alive at one time take no turns, and the plan is as it was', () => {
  const plan = planOf(deletionRace, { arms: polls(4) })
  expect(turnsOf(plan)).toEqual([plan])
})

test.each([
  [5, [3, 2]],
  [8, [4, 4]],
  [9, [3, 3, 3]],
  [14, [4, 3, 4, 3]],
])('%i arms take turns of about the same size', (count, sizes) => {
  expect(namesOf({ arms: polls(count) }).map((names) => names.length)).toEqual(sizes)
})

test('where pushes are compared, the control of each turn is one of its four', () => {
  const arms = ['fingerprint', 'user-keys', 'ttl-cache', 'poll'].map(arm)
  expect(namesOf({ ...compared, arms })).toEqual([
    ['fingerprint', 'user-keys'],
    ['ttl-cache', 'poll'],
  ])
  // One that is there twice is its own control.
  expect(namesOf({ ...compared, arms: polls(4) })).toHaveLength(1)
})

test('an arm has the name that it has in the whole plan', () => {
  const names = namesOf({ arms: [arm('fingerprint'), ...polls(4)] }).flat()
  expect(names).toEqual(['fingerprint', 'poll', 'poll#2', 'poll#3', 'poll#4'])
})
