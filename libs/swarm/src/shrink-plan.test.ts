import type { PlannedOperation, SwarmPlan } from '@keyrace/contracts'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import type { Attempt, Failure } from './shrink/search.ts'
import { shrinkPlan } from './shrink-plan.ts'
import { examplePlan } from './testing/example-world.ts'

const failure: Failure = { invariant: 'stale-accept', cause: 'not-emitted' }
const clock = { now: () => 0 }
const unbounded = { attempts: 100_000, ms: Number.POSITIVE_INFINITY, clock }

/** Fails as long as all of these operations are there, in this order of time, on builders that are there. */
function needing(ids: readonly string[]): Attempt {
  return async ({ operations, replicas }) => {
    const needed = ids.map((id) => operations.find((operation) => operation.id === id))
    const isThere = needed.every((one) => one !== undefined && builderOf(one) <= replicas)
    const times = needed.map((one) => one?.atMs ?? 0)
    return isThere && times.every((at, i) => at >= (times[i - 1] ?? 0)) ? failure : undefined
  }
}

function builderOf({ replica }: PlannedOperation): number {
  return replica === undefined ? 0 : Number(replica.slice('builder-'.length))
}

const plans: fc.Arbitrary<SwarmPlan> = fc
  .record({
    replicas: fc.integer({ min: 1, max: 5 }),
    operations: fc.array(
      fc.record({
        at: fc.integer({ min: 0, max: 9_000_000 }).map((us) => us / 1_000),
        builder: fc.integer({ min: 0, max: 4 }),
        by: fc.constantFrom('ada', 'bob', 'cy'),
      }),
      { minLength: 1, maxLength: 60 },
    ),
    faults: fc.array(fc.tuple(fc.nat(5_000), fc.nat(5_000)), { maxLength: 4 }),
    points: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constant(0.5)),
  })
  .map(({ replicas, operations, faults, points }) => ({
    ...examplePlan(),
    replicas,
    points,
    networkLatencyMs: { from: 0.3, to: 4 },
    users: ['ada', 'bob', 'cy'].map((name) => ({ name, keys: 3 })),
    apps: [
      { name: 'foo', owner: 'ada', collaborators: ['bob', 'cy'] },
      { name: 'bar', owner: 'cy', collaborators: [] },
    ],
    operations: operations.map(({ at, builder, by }, index) => ({
      id: `o${index}`,
      atMs: at,
      f: 'push' as const,
      by,
      app: 'foo',
      key: `${by}/2`,
      replica: `builder-${(builder % replicas) + 1}`,
    })),
    faults: faults.map(([fromMs, ms], index) => ({
      id: `f${index}`,
      kind: 'cut' as const,
      fromMs,
      toMs: fromMs + ms,
      node: `builder-${(index % replicas) + 1}`,
      peer: 'controller',
    })),
  }))

/** Plans, and a few operations of each in order of time. */
const cases = plans.chain((plan) =>
  fc
    .subarray(
      plan.operations.toSorted((a, b) => a.atMs - b.atMs).map(({ id }) => id),
      { minLength: 1 },
    )
    .map((needed) => ({ plan, needed: needed.slice(0, 6) })),
)

test('exactly the operations that the failure needs are left, and nothing around them', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ plan, needed }) => {
      const shrunk = await shrinkPlan(plan, needing(needed), unbounded)
      expect(shrunk?.plan.operations.map(({ id }) => id).toSorted()).toEqual(needed.toSorted())
      expect(shrunk).toMatchObject({ failure, isMinimal: true })
      expect(shrunk?.plan).toMatchObject({ faults: [], points: {}, replicas: 1 })
      expect(shrunk?.plan.networkLatencyMs).toEqual({ from: 1, to: 1 })
      // They need an order, and no time in between.
      expect(shrunk?.plan.operations.every(({ atMs }) => atMs === 0)).toBe(true)
      expect(shrunk?.plan.apps.map(({ name }) => name)).toEqual(['foo'])
    }),
    { numRuns: 60 },
  )
})

test('whatever the attempts say, the result fails in the same way and is no larger', async () => {
  const hash = (text: string) =>
    [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7)
  await fc.assert(
    fc.asyncProperty(plans, fc.integer({ min: 2, max: 9 }), async (plan, modulus) => {
      const text = JSON.stringify(plan)
      const attempt: Attempt = async (candidate) => {
        const now = JSON.stringify(candidate)
        return now === text || hash(now) % modulus === 0 ? failure : undefined
      }
      const shrunk = await shrinkPlan(plan, attempt, unbounded)
      if (shrunk === undefined) throw new Error('it failed at first')
      expect(await attempt(shrunk.plan)).toEqual(failure)
      for (const part of ['operations', 'faults', 'users', 'apps'] as const) {
        expect(shrunk.plan[part].length).toBeLessThanOrEqual(plan[part].length)
      }
      expect(shrunk.plan.replicas).toBeLessThanOrEqual(plan.replicas)
      expect(lastOf(shrunk.plan)).toBeLessThanOrEqual(lastOf(plan))
      for (const { id } of shrunk.plan.operations) {
        const without = shrunk.plan.operations.filter((operation) => operation.id !== id)
        expect(await attempt({ ...shrunk.plan, operations: without })).toBeUndefined()
      }
    }),
    { numRuns: 60 },
  )
})

/** One of them, always the same. */
function exampleCase() {
  const [example] = fc.sample(cases, { seed: 11, numRuns: 1 })
  if (example === undefined) throw new Error('nothing was drawn')
  return example
}

function lastOf({ operations }: SwarmPlan): number {
  return Math.max(0, ...operations.map(({ atMs }) => atMs))
}

test.each([
  ['of another invariant', { ...failure, invariant: 'lost-push' }],
  ['for another cause', { ...failure, cause: 'delayed' }],
])('a failure %s is not the one that is shrunk', async (_, other) => {
  const plan = examplePlan()
  const attempt: Attempt = async (candidate) =>
    candidate.operations.length === plan.operations.length ? failure : other
  const shrunk = await shrinkPlan(plan, attempt, unbounded)
  expect(shrunk?.plan.operations).toHaveLength(plan.operations.length)
})

test('a plan that does not fail is not shrunk', async () => {
  expect(await shrinkPlan(examplePlan(), async () => undefined, unbounded)).toBeUndefined()
})

describe('it ends', () => {
  test('where an attempt fails or not by chance, each candidate being tried once', async () => {
    const { plan } = exampleCase()
    let turn = 0
    const seen: string[] = []
    const attempt: Attempt = async (candidate) => {
      seen.push(JSON.stringify(candidate))
      return turn++ % 3 === 0 ? failure : undefined
    }
    await shrinkPlan(plan, attempt, unbounded)
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.length).toBeLessThan(5_000)
  })

  test('with as many attempts as it may make', async () => {
    const { plan, needed } = exampleCase()
    const attempt = vi.fn(needing(needed))
    const shrunk = await shrinkPlan(plan, attempt, { ...unbounded, attempts: 5 })
    expect(shrunk).toMatchObject({ attempts: 5, isMinimal: false })
    expect(attempt).toHaveBeenCalledTimes(5)
  })

  test('when its time is over', async () => {
    const { plan, needed } = exampleCase()
    let now = 0
    const attempt: Attempt = (candidate) => {
      now += 10
      return needing(needed)(candidate)
    }
    const slow = { ...unbounded, ms: 35, clock: { now: () => now } }
    expect(await shrinkPlan(plan, attempt, slow)).toMatchObject({ attempts: 4, isMinimal: false })
  })
})

test('the same plan shrinks through the same attempts to the same plan', async () => {
  const { plan, needed } = exampleCase()
  const trail = async () => {
    const seen: string[] = []
    const inner = needing(needed)
    const shrunk = await shrinkPlan(
      plan,
      (candidate) => {
        seen.push(JSON.stringify(candidate))
        return inner(candidate)
      },
      unbounded,
    )
    return { seen, shrunk }
  }
  expect(await trail()).toEqual(await trail())
})
