import { SwarmPlan } from '@keyrace/contracts'
import { strategies } from '@keyrace/key-lookup'
import { validator } from '@keyrace/report'
import { expect, test } from 'vitest'
import { drawPlan } from './draw-plan.ts'

const many = Array.from({ length: 600 }, (_, seed) => drawPlan(seed, { system: 'fixed' }))

function mean(figure: (plan: SwarmPlan) => number, plans = many): number {
  return plans.reduce((sum, plan) => sum + figure(plan), 0) / plans.length
}

test('a seed averages forty pushes, three builders and one fault', () => {
  const pushes = ({ operations }: SwarmPlan) => operations.filter(({ f }) => f === 'push').length
  expect(mean(pushes)).toBeGreaterThanOrEqual(40)
  expect(mean(({ replicas }) => replicas)).toBeGreaterThanOrEqual(3)
  expect(mean(({ faults }) => faults.length)).toBeGreaterThanOrEqual(1)
})

test('every strategy, commit check, kind of fault and kind of mutation is drawn, and some worlds are at peace', () => {
  const drawn = <T>(of: (plan: SwarmPlan) => readonly T[]) => new Set(many.flatMap(of))
  expect(drawn(({ strategy }) => [strategy])).toEqual(new Set(Object.keys(strategies)))
  expect(drawn(({ commitCheck }) => [commitCheck]).size).toBe(3)
  expect(drawn(({ faults }) => faults.map(({ kind }) => kind)).size).toBe(18)
  expect(drawn(({ operations }) => operations.map(({ f }) => f)).size).toBe(8)
  expect(many.some(({ faults }) => faults.length === 0)).toBe(true)
})

test('every plan is one, whose names are its own', () => {
  const validate = validator(SwarmPlan)
  for (const plan of many) {
    expect(validate(plan)).toMatchObject({ ok: true })
    const ids = [...plan.operations, ...plan.faults].map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  }
})

test('the same seed draws the same plan, and what is given changes nothing else', () => {
  expect(drawPlan(7, { system: 'fixed' })).toEqual(many[7])
  const { commitCheck: _, ...rest } = many[7] as SwarmPlan
  expect(drawPlan(7, { system: 'fixed', commitCheck: 'app' })).toMatchObject(rest)
})

test.each(['poll', 'ttl-cache', 'file-first', 'watch', 'kubernetes', 'etcd'] as const)(
  'no plan asks of %s what its claim leaves out: a clock that runs wrong, or a host that sleeps',
  (strategy) => {
    const plans = Array.from({ length: 300 }, (_, seed) =>
      drawPlan(seed, { system: 'fixed', strategies: [strategy] }),
    )
    const kinds = new Set(plans.flatMap(({ faults }) => faults.map(({ kind }) => kind)))
    expect(kinds).not.toContain('clock-drift')
    expect(kinds).not.toContain('suspend')
    expect(kinds).toContain('clock-skew')
  },
)

test('the original is drawn as it was: one strategy, its check, its reaper, and all of its quirks', () => {
  expect(drawPlan(7, { system: 'deis-2018' })).toMatchObject({
    strategy: 'fingerprint',
    commitCheck: 'app',
    repositories: 'per-replica',
    lock: 'memory',
    reaper: { source: 'list', graceMs: 0 },
    quirks: expect.arrayContaining(['substring-match', 'names-only']),
  })
})
