import type { Load } from '@keyrace/contracts'
import { strategies as known } from '@keyrace/key-lookup'
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
    target: 'local',
    client: 'ssh2',
    workers: 0,
    failOnWorse: false,
    thresholds: [],
  })
})

test('what was said stands, zero included', () => {
  const said = { replicas: 1, users: 2, keys: 3, apps: 4, races: 0, serviceTime: [0], pairs: 0 }
  expect(plan(said)).toMatchObject({
    replicas: 1,
    users: 2,
    keysPerUser: 3,
    apps: 4,
    races: 0,
    serviceTimesMs: [0],
    latency: { ...race.defaults.latency, pairs: 0 },
  })
})

test.each<[Partial<PlanOptions>, Load]>([
  [{}, { kind: 'open', arrivals: 'poisson', ratePerSecond: 25 }],
  [{ rate: 5 }, { kind: 'open', arrivals: 'poisson', ratePerSecond: 5 }],
  [{ arrivals: 'constant' }, { kind: 'open', arrivals: 'constant', ratePerSecond: 25 }],
  [{ closed: 4 }, { kind: 'closed', clients: 4 }],
])('%j sets how timed pushes come', (options, load) => {
  expect(plan(options).latency.load).toEqual(load)
})

test('a smaller difference to detect needs more pairs', () => {
  const pairs = (detect: number) => plan({ detect }).latency.pairs
  expect(pairs(0.05)).toBeGreaterThan(pairs(0.1))
  expect(pairs(0.1)).toBeGreaterThan(pairs(0.5))
})

test('virtual time times no pushes in pairs, and takes no flag that is about real ones', () => {
  expect(plan({ mode: 'sim' }).latency.pairs).toBe(1)
  expect(() => plan({ mode: 'sim', failOnWorse: true })).toThrow(
    '--fail-on-worse needs --mode real',
  )
  expect(() => plan({ mode: 'sim', pairs: 0 })).toThrow('--pairs needs --mode real')
})

test('all strategies, and one twice for a comparison with itself', () => {
  const strategies = (strategy: string[]) => plan({ strategy }).arms.map((arm) => arm.strategy)
  expect(strategies(['all'])).toEqual(Object.keys(known))
  expect(strategies(['poll', 'poll'])).toEqual(['poll', 'poll'])
})

test('of all strategies those that cannot run here may be left out; who was named may not', () => {
  const { arms } = plan({ strategy: ['all', 'poll'] })
  expect(arms.slice(0, -1).every(({ optional }) => optional)).toBe(true)
  expect(arms.at(-1)).not.toHaveProperty('optional')
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
  [{ pairs: 6, detect: 0.1 }, 'give one of them'],
  [{ detect: 0.0001 }, 'too small to be detected'],
  [{ closed: 2, rate: 5 }, '--closed has no rate'],
])('%j is refused', (options, message) => {
  expect(() => plan(options)).toThrow(message)
})

test('races are not asked of a scenario that holds none', () => {
  const still = { ...race, name: 'many-keys', defaults: { ...race.defaults, races: 0 } }
  expect(planOf(still, { mode: 'sim' }, 7).races).toBe(0)
  expect(() => planOf(still, { mode: 'sim', races: 2 }, 7)).toThrow('many-keys holds no races')
})
