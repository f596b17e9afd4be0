import type { Plan } from '@keyrace/contracts'
import { type PointName, points, sleep } from '@keyrace/environment'
import { createFixture, type PushAttempt } from '@keyrace/load'
import type { PointChances } from '@keyrace/simulation'
import { beforeAll, describe, expect, test } from 'vitest'
import { keepersOf } from '../keepers.ts'
import { smallPlan } from '../testing/small-plan.ts'
import type { Arm, World } from '../world.ts'
import { inSimulatedWorld } from './simulated-world.ts'

const ref = 'refs/heads/main'
const timeoutMs = 60_000
/** Longer than every claim, with whatever holds it up. */
const settledMs = 6_000

/** Between them they pass all that lookups have. */
const telling = [
  'combined',
  'ttl-cache',
  'delta',
  'watch',
  'lease',
  'controller-push',
  'etcd',
  'kubernetes',
]
const sharedRepositories = smallPlan({
  mode: 'sim',
  arms: telling.map((strategy) => ({ strategy, knobs: {} })),
  replicas: 2,
  commitCheck: 'full',
  reaper: { source: 'list', graceMs: 0, intervalMs: 500, budget: 100 },
})
const ownRepositories: Plan = {
  ...sharedRepositories,
  arms: [{ strategy: 'fingerprint', knobs: {} }],
  replicas: 1,
  repositories: 'per-replica',
}
const [app] = createFixture(sharedRepositories).apps
if (app === undefined) throw new Error('the fixture has no app')
const { app: name, pusher, token } = app

const names = Object.keys(points) as PointName[]
let undisturbed: Awaited<ReturnType<typeof live>>[]

beforeAll(async () => {
  undisturbed = [await live(sharedRepositories, {}), await live(ownRepositories, {})]
})

test('every point is passed, and where nobody is held up every push comes to its end', () => {
  const unpassed = names.filter((point) => undisturbed.every(({ passed }) => passed(point) === 0))
  expect(unpassed).toEqual([])
  const outcomes = undisturbed.flatMap((life) => life.outcomes)
  expect(new Set(outcomes)).toEqual(new Set(['ok']))
})

describe('who is always held up at', () => {
  test.each(names)('%s goes another way, and wrongs nobody', async (point) => {
    const [shared, own] = undisturbed
    const isPassed = (shared?.passed(point) ?? 0) > 0
    const held = await live(isPassed ? sharedRepositories : ownRepositories, { [point]: 1 })
    expect(held.heldUp(point)).toBeGreaterThan(0)
    expect(held.trace).not.toBe((isPassed ? shared : own)?.trace)
  })
})

/**
 * An app is pushed to, deleted, pushed to in vain, and created again. Whatever holds anybody up: what was acknowledged
 * is there, what is gone lets nobody in, and what is new shows nothing of what was before.
 */
async function live(plan: Plan, chances: PointChances) {
  const { result, trace } = await inSimulatedWorld(
    plan,
    async (world) => {
      await world.load(createFixture(plan).lines())
      await sleep(world.clock, settledMs)
      const outcomes = await pushEverywhere(plan, world, 1)
      await leavePending(world)
      const owner = world.asUser(token)
      const deleted = await owner.call('deleteApp', { params: { app: name } }, { timeoutMs })
      expect(deleted.ok).toBe(true)
      await sleep(world.clock, settledMs)
      const inVain = await Promise.all(world.arms.map((arm) => push(arm, 0, 'in vain')))
      expect(inVain.filter(({ advertised }) => advertised !== null)).toEqual([])

      const created = await owner.call('createApp', { body: { id: name } }, { timeoutMs })
      expect(created.ok).toBe(true)
      await sleep(world.clock, settledMs)
      outcomes.push(...(await pushEverywhere(plan, world, 2)))
      for (const arm of world.arms) {
        for (const keeper of keepersOf(plan, arm)) {
          const repositories = await world.repositories(arm, keeper)
          expect(repositories).not.toContainEqual({ app: name, generation: 1 })
        }
      }
      return { outcomes, passes: world.passes?.() }
    },
    { points: chances },
  )
  const { outcomes, passes } = result
  return {
    outcomes,
    trace: trace.hash,
    passed: (point: PointName) => passes?.get(point)?.passed ?? 0,
    heldUp: (point: PointName) => passes?.get(point)?.held ?? 0,
  }
}

async function pushEverywhere(
  plan: Plan,
  world: World,
  generation: number,
): Promise<PushAttempt['outcome'][]> {
  const pushed = world.arms.map(async (arm) => {
    const outcomes: PushAttempt['outcome'][] = []
    const keepers = keepersOf(plan, arm)
    for (const replica of arm.replicas.keys()) {
      const { outcome, update, advertised } = await push(arm, replica, `${generation} ${replica}`)
      outcomes.push(outcome)
      if (replica === 0) expect([...(advertised ?? [])]).toEqual([])
      if (outcome !== 'ok') continue
      const keeper = keepers[replica] ?? keepers[0] ?? null
      const refs = await world.readRefs(arm, { app: name, generation }, keeper)
      expect(refs.get(ref)).toBe(update?.new)
    }
    return outcomes
  })
  return (await Promise.all(pushed)).flat()
}

/** The controller becomes slow while a push is unpacked: nobody hears its answer to the publish. */
async function leavePending(world: World): Promise<void> {
  const [arm] = world.arms
  const pushing = push(arm, 0, 'pending')
  await sleep(world.clock, 5)
  await world.operator.call('setServiceTime', { body: { ms: 6_000 } }, { timeoutMs })
  await pushing
  await world.operator.call('setServiceTime', { body: { ms: 0 } }, { timeoutMs })
  await sleep(world.clock, settledMs)
}

async function push(arm: Arm | undefined, replica: number, nonce: string): Promise<PushAttempt> {
  const connection = await arm?.replicas[replica]?.connect(pusher)
  if (connection === undefined) throw new Error(`there is no replica ${replica}`)
  const attempt = await connection.push({ app: name, ref, nonce })
  await connection.close()
  return attempt
}
