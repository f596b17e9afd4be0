import type { Plan, Sample } from '@keyrace/contracts'
import { createRandom } from '@keyrace/environment'
import type { Arm } from '@keyrace/testbed'
import { describe, expect, test } from 'vitest'
import { deletionRace } from '../../deletion-race.ts'
import { planOf } from '../../testing/plan-of.ts'
import { compareArms, type Timed } from './comparison.ts'

const pairs = 8
const pushesPerBlock = 6

/** How long pushes of an arm take, as a factor, at each service time; and its key exchanges. */
interface Speeds {
  readonly [arm: string]: { readonly response: number; readonly keyExchange?: number }
}

function timed(speeds: Speeds, changes: Partial<Timed> = {}): Timed {
  const names = Object.keys(speeds)
  const arms = names.filter((name) => name !== 'control').map((name) => armOf(name))
  return {
    plan: planned(arms),
    arms,
    control: names.includes('control') ? armOf('control', 'fingerprint') : undefined,
    samples: names.flatMap((name) => samplesOf(name, speeds[name])),
    environment: { nativeCrypto: true },
    random: createRandom(7),
    achievedRate: () => 25,
    ...changes,
  }
}

function planned(arms: readonly Arm[]): Plan {
  const load = { kind: 'open', arrivals: 'poisson', ratePerSecond: 25 } as const
  const latency = { ...deletionRace.defaults.latency, pairs, pushesPerBlock, load }
  const chosen = arms.map(({ strategy, knobs }) => ({ strategy, knobs }))
  return planOf(deletionRace, { mode: 'real', latency, arms: chosen, serviceTimesMs: [0.3, 10] })
}

function armOf(name: string, strategy = name.replace(/#.*/, '')): Arm {
  return { name, strategy, knobs: {} } as never as Arm
}

/** Blocks of one number share the machine's mood, so that arms drift together. */
function samplesOf(arm: string, speed: Speeds[string] = { response: 1 }): Sample[] {
  const random = createRandom(3)
  const { response, keyExchange = 1 } = speed
  return [0.3, 10].flatMap((serviceTimeMs) =>
    Array.from({ length: pairs * pushesPerBlock }, (_, n): Sample => {
      const block = 1 + Math.floor(n / pushesPerBlock)
      const mood = 1 + 0.2 * Math.sin(block)
      const noise = 1 + (random.uint32(arm, `${n}`) / 2 ** 32 - 0.5) * 0.02
      return {
        arm,
        block,
        serviceTimeMs,
        phase: 'latency',
        outcome: 'ok',
        intendedAt: 0,
        startedAt: 0,
        doneAt: 30 * response * mood * noise,
        phases: { keyExchange: 6 * keyExchange * mood * noise, receive: 20 * mood * noise },
      } as Sample
    }),
  )
}

const alike = { response: 1 }

describe('a comparison', () => {
  test('finds a difference under a drift that both arms share, at each service time', () => {
    const { comparisons } = compareArms(
      timed({ fingerprint: alike, poll: { response: 0.7 }, control: alike }),
    )
    expect(comparisons.map(({ serviceTimeMs }) => serviceTimeMs)).toEqual([0.3, 10])
    for (const comparison of comparisons) {
      expect(comparison).toMatchObject({ a: 'poll', b: 'fingerprint', verdict: 'better', pairs })
      expect(comparison.ratio).toBeCloseTo(0.7, 1)
    }
  })

  test('calls arms that take the same time equivalent, and a slower one worse', () => {
    const verdictAt = (response: number) =>
      compareArms(timed({ fingerprint: alike, poll: { response }, control: alike })).comparisons[0]
        ?.verdict
    expect([verdictAt(1), verdictAt(1.4)]).toEqual(['equivalent', 'worse'])
  })

  test.each<[string, Speeds, Partial<Timed>]>([
    ['a twin of the first arm differs', { control: { response: 1.3 } }, {}],
    [
      'key exchanges differ, which no strategy touches',
      { poll: { response: 0.7, keyExchange: 1.4 } },
      {},
    ],
    [
      'the generator did less than it was asked for',
      {},
      { achievedRate: (arm) => (arm === 'poll' ? 20 : 25) },
    ],
    ['cryptography is slow', {}, { environment: { nativeCrypto: false } }],
  ])('proves nothing where %s', (_, speeds, changes) => {
    const usual = { fingerprint: alike, poll: { response: 0.7 }, control: alike }
    const { comparisons } = compareArms(timed({ ...usual, ...speeds }, changes))
    for (const { verdict, reasons } of comparisons) {
      expect(verdict).toBe('unproven')
      expect(reasons).toHaveLength(1)
    }
  })

  test('proves nothing where a phase that no strategy touches was not measured', () => {
    const usual = timed({ fingerprint: alike, poll: { response: 0.7 }, control: alike })
    const samples = usual.samples.map((sample) => ({
      ...sample,
      phases: { ...sample.phases, keyExchange: null },
    }))
    const { comparisons, controls } = compareArms({ ...usual, samples })
    expect(comparisons.map(({ verdict }) => verdict)).toEqual(['unproven', 'unproven'])
    const failed = controls.untouchedPhases.filter(({ ok }) => !ok)
    expect(new Set(failed.map(({ phase }) => phase))).toEqual(new Set(['keyExchange']))
  })

  test.each([0.6, 0.95, 1, 1.05, 1.6])(
    'of an arm with itself is never better or worse, even at ×%d',
    (response) => {
      const { comparisons, controls } = compareArms(
        timed({ fingerprint: alike, 'fingerprint#2': { response } }),
      )
      expect(comparisons).toHaveLength(2)
      for (const { verdict } of comparisons) expect(['better', 'worse']).not.toContain(verdict)
      expect(controls.aa).toHaveLength(2)
    },
  )

  test('compares every arm with the first, and a lone one with nothing', () => {
    const three = compareArms(timed({ fingerprint: alike, poll: alike, 'poll#2': alike }))
    expect(three.comparisons.map(({ a, b }) => `${a}/${b}`)).toEqual([
      'poll/fingerprint',
      'poll#2/fingerprint',
      'poll/fingerprint',
      'poll#2/fingerprint',
    ])
    expect(compareArms(timed({ poll: alike })).comparisons).toEqual([])
  })

  test('asks nothing of the generator in a closed loop, which has no schedule to keep', () => {
    const usual = timed({ fingerprint: alike, poll: alike, control: alike })
    const latency = { ...usual.plan.latency, load: { kind: 'closed', clients: 1 } as const }
    const plan = { ...usual.plan, latency }
    const { controls, comparisons } = compareArms({ ...usual, plan, achievedRate: () => undefined })
    expect(controls.generator).toEqual([])
    expect(comparisons.map(({ verdict }) => verdict)).toEqual(['equivalent', 'equivalent'])
  })

  test('leaves out what warmed up, what failed and what raced', () => {
    const usual = timed({ fingerprint: alike, poll: alike, control: alike })
    const stray = { ...(usual.samples.at(-1) as Sample), arm: 'poll', doneAt: 9_000 }
    const strays: Sample[] = [
      { ...stray, block: 0 },
      { ...stray, outcome: 'denied' },
      { ...stray, phase: 'race' },
    ]
    const many = Array.from({ length: 50 }, () => strays).flat()
    const samples = [...usual.samples, ...many]
    expect(compareArms({ ...usual, samples })).toEqual(compareArms(usual))
  })

  test('says that too few blocks are no comparison', () => {
    const usual = timed({ fingerprint: alike, poll: alike, control: alike })
    const samples = usual.samples.filter(({ block }) => block === 1)
    expect(compareArms({ ...usual, samples }).comparisons[0]).toMatchObject({
      pairs: 1,
      ratio: null,
    })
  })
})
