import { type Plan, Run } from '@keyrace/contracts'
import { Value } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import { runScenario } from './harness/run-scenario.ts'
import { manyKeys } from './many-keys.ts'
import { planOf } from './testing/plan-of.ts'

const small = { users: 20, keysPerUser: 60, latency: manyKeys.defaults.latency }

async function simulate(changes: Partial<Plan> = {}, signal = new AbortController().signal) {
  const { run } = await runScenario(manyKeys, planOf(manyKeys, { ...small, ...changes }), {
    progress: () => {},
    signal,
    folder: 'unused',
    keepRepositories: false,
  })
  const pointsOf = (name: string, series: string) =>
    run.curves.find((curve) => curve.name === name && curve.series === series)?.points ?? []
  return { run, pointsOf }
}

describe('many-keys in simulation', () => {
  test('counts what a push costs by the keys of its user, and passes without a race', async () => {
    const { run, pointsOf } = await simulate()
    expect(run).toMatchObject({ verdict: 'pass', exitCode: 0, reasons: [] })
    expect(Value.Check(Run, run)).toBe(true)
    const bytes = pointsOf('bytes per push by keys of the user', 'user-keys')
    expect(bytes.map(({ x }) => x)).toEqual([1, 10, 50, 60])
    expect(bytes.every(({ count }) => count > 0)).toBe(true)
    const [one = 0, , , sixty = 0] = bytes.map(({ y }) => y ?? 0)
    expect(sixty).toBeGreaterThan(10 * one)
  })

  test('finds the answer to a fingerprint as long for sixty keys as for one', async () => {
    const { pointsOf } = await simulate()
    const points = pointsOf('bytes per push by keys of the user', 'fingerprint')
    const bytes = points.map(({ y }) => y ?? 0)
    expect(Math.max(...bytes)).toBeLessThan(1.1 * Math.min(...bytes))
  })

  test.each(['fingerprint', 'user-keys'])('charges %s for three requests a push', async (arm) => {
    const { pointsOf } = await simulate()
    for (const axis of ['keys of the user', 'keys in the store']) {
      const requests = pointsOf(`requests per push by ${axis}`, arm).map(({ y }) => y)
      // Whose key is it, may it push, and the release that is recorded when the client has its answer.
      expect(new Set(requests)).toEqual(new Set([3]))
    }
  })

  test('grows the store from one user to all of them', async () => {
    const { pointsOf } = await simulate({ users: 1_000, keysPerUser: 2 })
    const points = pointsOf('requests per push by keys in the store', 'user-keys')
    expect(points.map(({ x }) => x)).toEqual([5, 23, 203, 2_003])
  })

  test('says nothing about latency or capacity', async () => {
    const { run } = await simulate()
    expect(run.curves.filter(({ y }) => y.unit === 'ms' || y.unit === '/s')).toEqual([])
  })

  test('lets in the real key among a thousand, and nobody to the app of another', async () => {
    const { run } = await simulate({ users: 2, keysPerUser: 1_000 })
    for (const { pushes, correctness } of run.arms) {
      expect(pushes.denied).toBe(5)
      expect(pushes.accepted).toBe(pushes.attempted - 5)
      expect(correctness.verdict).toBe('holds')
    }
  })

  test('with a hole in its curves is invalid, and names it', async () => {
    // Longer than any strategy waits for an answer: nobody is let in, and nobody is told why.
    const { run } = await simulate({ serviceTimesMs: [60_000], keysPerUser: 1, users: 1 })
    expect(run).toMatchObject({ verdict: 'invalid', exitCode: 5 })
    expect(run.reasons).toContain('user-keys accepted no push at 1 keys of the user')
    expect(run.reasons).toContain('fingerprint accepted no push at 2 keys in the store')
  })

  test('that was cut short is no pass, and invents no point', async () => {
    const { run } = await simulate({}, AbortSignal.abort())
    expect(run).toMatchObject({ verdict: 'invalid', exitCode: 130 })
    expect(run.curves.flatMap(({ points }) => points).filter(({ y }) => y !== null)).toEqual([])
  })
})
