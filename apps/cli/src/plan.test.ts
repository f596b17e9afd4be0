import { expect, test } from 'vitest'
import { type PlanOptions, planOf } from './plan.ts'
import { scenario } from './testing/fake-deps.ts'

const race = scenario('deletion-race')
const plan = (options: Partial<PlanOptions> = {}) => planOf(race, { mode: 'real', ...options }, 7)

test('what nobody said is as the scenario has it', () => {
  expect(plan()).toEqual({
    schemaVersion: 1,
    scenario: 'deletion-race',
    mode: 'real',
    seed: 7,
    ...race.defaults,
  })
})

test('what was said stands, zero included', () => {
  const said = { replicas: 1, users: 2, keys: 3, apps: 4, races: 0, serviceTime: 0 }
  expect(plan(said)).toMatchObject({
    replicas: 1,
    users: 2,
    keysPerUser: 3,
    apps: 4,
    races: 0,
    serviceTimeMs: 0,
  })
})

test('all strategies, and one twice for a comparison with itself', () => {
  const strategies = (strategy: string[]) => plan({ strategy }).arms.map((arm) => arm.strategy)
  expect(strategies(['all'])).toEqual(['fingerprint', 'poll'])
  expect(strategies(['poll', 'poll'])).toEqual(['poll', 'poll'])
})

test('a knob reaches the arms of its strategy and no other', () => {
  const set = [{ owner: 'poll', knob: 'intervalMs', value: 500 }]
  const [fingerprint, poll] = plan({ set }).arms
  expect(poll?.knobs).toMatchObject({ intervalMs: 500, timeoutMs: 1_000 })
  expect(fingerprint?.knobs).not.toHaveProperty('intervalMs')
})

test.each([
  [{ strategy: ['fingerprnt'] }, "did you mean 'fingerprint'?"],
  [{ strategy: [''] }, 'unknown strategy'],
  [{ strategy: ['toString'] }, 'unknown strategy'],
  [{ set: [{ owner: 'poll', knob: 'intervallMs', value: 1 }] }, "did you mean 'intervalMs'?"],
  [{ set: [{ owner: 'poll', knob: 'constructor', value: 1 }] }, 'unknown knob of poll'],
  [{ set: [{ owner: 'poll', knob: 'intervalMs', value: 0 }] }, 'at least 1'],
  [
    { strategy: ['poll'], set: [{ owner: 'fingerprint', knob: 'timeoutMs', value: 1 }] },
    "unknown strategy in --set 'fingerprint'",
  ],
])('%j is refused', (options, message) => {
  expect(() => plan(options)).toThrow(message)
})
