import { expect, test } from 'vitest'
import { readSwarmPlan } from './read-swarm-plan.ts'
import { examplePlan } from './testing/example-world.ts'

const plan = examplePlan()
const [deletion, push] = plan.operations
const [cut] = plan.faults

test('a plan that can be played is read as it is', () => {
  expect(readSwarmPlan(JSON.parse(JSON.stringify(plan)))).toEqual({ ok: true, value: plan })
})

test.each([
  ['something else', [], 'must be object'],
  ['an unknown system', { ...plan, system: 'deis' }, '/system'],
  [
    'an unknown strategy',
    { ...plan, strategy: 'pol' },
    "/strategy is 'pol': choose from fingerprint",
  ],
  [
    'an unknown knob',
    { ...plan, knobs: { interval: 1 } },
    '/knobs has interval: poll has intervalMs',
  ],
  ['a knob out of range', { ...plan, knobs: { intervalMs: -1 } }, '/knobs: '],
  ['two operations of one id', { ...plan, operations: [push, push] }, 'rename one of them'],
  [
    'a push without a key',
    { ...plan, operations: [{ ...push, key: undefined }] },
    '/operations/0 is a push, which needs key',
  ],
  [
    'a push to a builder too many',
    { ...plan, operations: [deletion, { ...push, replica: 'builder-3' }] },
    '/operations/1 names builder-3, and there are 2 builders',
  ],
  [
    'a fault that ends before it begins',
    { ...plan, faults: [{ ...cut, toMs: 1 }] },
    '/faults/0 ends at 1 ms',
  ],
  [
    'a fault of a builder too many',
    { ...plan, faults: [{ ...cut, node: 'builder-9' }] },
    '/faults/0 names builder-9',
  ],
])('%s is refused, and the place is named', (_, value, problem) => {
  const read = readSwarmPlan(JSON.parse(JSON.stringify(value)))
  expect(read.ok ? '' : read.problem).toContain(problem)
})
