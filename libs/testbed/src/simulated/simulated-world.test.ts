import type { Plan } from '@keyrace/contracts'
import { sleep } from '@keyrace/environment'
import { createFixture, type FixtureApp, type PushConnection } from '@keyrace/load'
import { describe, expect, test } from 'vitest'
import { smallPlan } from '../testing/small-plan.ts'
import type { Arm, Replica, World } from '../world.ts'
import { inSimulatedWorld } from './simulated-world.ts'

const ref = 'refs/heads/main'
const timeoutMs = 5_000

const plan = smallPlan({
  mode: 'sim',
  arms: [
    { strategy: 'fingerprint', knobs: {} },
    { strategy: 'poll', knobs: { intervalMs: 200, timeoutMs: 100 } },
  ],
  replicas: 2,
  users: 8,
  keysPerUser: 2,
  apps: 4,
})
const bothBoundsMs = 300

const fixture = createFixture(plan)
const [first] = fixture.apps
if (first === undefined) throw new Error('the fixture has no apps')
const crew = [first.pusher, ...first.collaborators].map(({ user }) => user)
const stranger = fixture.apps.map(({ pusher }) => pusher).find(({ user }) => !crew.includes(user))

describe('a push in the simulated world', () => {
  test('that is acknowledged is in the repository, on every replica', () =>
    inLoadedWorld({}, async (world) => {
      for (const arm of world.arms) {
        let old = '0'.repeat(40)
        for (const replica of arm.replicas) {
          const { outcome, update, advertised } = await pushOnce(replica)
          expect(outcome).toBe('ok')
          expect(update?.old).toBe(old)
          expect(advertised?.get(ref) ?? '0'.repeat(40)).toBe(old)
          old = update?.new ?? ''
          expect(await refsOf(world, arm)).toEqual({ [ref]: old })
        }
      }
    }))

  test('has the stamps of a push over SSH, in order', () =>
    inLoadedWorld({}, async ({ arms }) => {
      const connection = await connectTo(arms[0]?.replicas[0])
      const { startedAt, connectedAt, keyExchangedAt, authenticatedAt } = connection.stamps
      const { stamps } = await connection.push(task('one'))
      const { execAt, advertisedAt, sentAt, reportedAt, doneAt } = stamps
      const inOrder = [startedAt, connectedAt, keyExchangedAt, authenticatedAt, execAt]
      inOrder.push(
        advertisedAt ?? Number.NaN,
        sentAt ?? Number.NaN,
        reportedAt ?? Number.NaN,
        doneAt,
      )
      expect(inOrder).toEqual([...inOrder].sort((a, b) => a - b))
      expect(inOrder).not.toContain(Number.NaN)
    }))

  test('leaves evidence that joins it by connection and exec request', () =>
    inLoadedWorld({}, async (world) => {
      for (const arm of world.arms) {
        const connection = await connectTo(arm.replicas[1])
        const attempts = [await connection.push(task('one')), await connection.push(task('two'))]
        const evidence = await world.evidence(arm)
        expect(evidence).toMatchObject(
          attempts.map(({ exec, update }) => ({
            outcome: 'accepted',
            replica: 'builder-2',
            connection: connection.name,
            exec,
            generation: 1,
            commit: { updates: [update] },
          })),
        )
        expect(attempts.map(({ exec }) => exec)).toEqual([1, 2])
      }
    }))

  test('by somebody without permission is denied, and creates nothing', () =>
    inLoadedWorld({}, async (world) => {
      expect(stranger).toBeDefined()
      for (const arm of world.arms) {
        const { outcome, advertised } = await pushOnce(arm.replicas[0], stranger)
        expect([outcome, advertised]).toEqual(['denied', null])
        expect(await refsOf(world, arm)).toEqual({})
      }
    }))

  test('waits for another one to the same app, and builds on it', () =>
    inLoadedWorld({}, async ({ arms }) => {
      for (const { replicas } of arms) {
        const attempts = await Promise.all(
          [0, 1, 0, 1].map((index, n) => pushOnce(replicas[index], first.pusher, `${n}`)),
        )
        expect(attempts.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok', 'ok'])
        expect(new Set(attempts.map(({ update }) => update?.old)).size).toBe(4)
      }
    }))

  test('is unavailable, and not denied, where the controller takes too long to answer', () =>
    inLoadedWorld({ serviceTimesMs: [10_000] }, async (world) => {
      const [fingerprint] = world.arms
      const { outcome, reason } = await pushOnce(fingerprint?.replicas[0])
      expect(outcome).toBe('unavailable')
      expect(reason).toContain('cannot check access right now (timeout)')
    }))

  test('with a key that nobody has comes to no connection', () =>
    inLoadedWorld({}, async ({ arms }) => {
      const key = {
        ...(first as FixtureApp).pusher,
        fingerprint: `SHA256:${'x'.repeat(43)}`,
        blob: 'eA==',
      }
      for (const { replicas } of arms) {
        const connecting = connectTo(replicas[0], key)
        await expect(connecting).rejects.toMatchObject({ code: 'denied' })
      }
    }))
})

describe('a deletion in the simulated world', () => {
  test('is seen at once by who asks, and by a poll within its bound', () =>
    inLoadedWorld({}, async (world) => {
      const [asking, polling] = await Promise.all(
        world.arms.map(({ replicas }) => connectTo(replicas[0])),
      )
      await deleteFirst(world)
      const outcome = async (connection?: PushConnection) =>
        (await connection?.push(task('late')))?.outcome
      expect(await Promise.all([outcome(asking), outcome(polling)])).toEqual(['denied', 'ok'])
      await sleep(world.clock, bothBoundsMs)
      expect(await Promise.all([outcome(asking), outcome(polling)])).toEqual(['denied', 'denied'])
    }))

  test('stops a push at its commit where that is checked in full', () =>
    inLoadedWorld({ commitCheck: 'full' }, async (world) => {
      const [, poll] = world.arms
      const connection = await connectTo(poll?.replicas[0])
      await deleteFirst(world)
      const { outcome, advertised, reason } = await connection.push(task('late'))
      expect(outcome).toBe('rejected')
      expect(reason).toContain('was deleted while you pushed')
      expect(advertised).not.toBeNull()
      expect(await refsOf(world, poll)).toEqual({})
    }))

  test('takes the old code away: the next app of that name begins empty', () =>
    inLoadedWorld({ commitCheck: 'full' }, async (world) => {
      const [fingerprint] = world.arms
      expect((await pushOnce(fingerprint?.replicas[0])).outcome).toBe('ok')
      await deleteFirst(world)
      await world.asUser(first.token).call('createApp', { body: { id: first.app } }, { timeoutMs })
      const { outcome, advertised } = await pushOnce(fingerprint?.replicas[1], first.pusher, 'new')
      expect([outcome, advertised?.size]).toEqual(['ok', 0])
    }))
})

test('each arm is charged for what its own builders asked', () =>
  inLoadedWorld({}, async (world) => {
    const [fingerprint, poll] = world.arms
    const before = await world.usage()
    for (const arm of [fingerprint, poll]) await pushOnce(arm?.replicas[0])
    const after = await world.usage()
    const asked = (arm: string) => {
      const [from, to] = [before[arm]?.requests, after[arm]?.requests]
      return [
        (to?.identify ?? 0) - (from?.identify ?? 0),
        (to?.authorize ?? 0) - (from?.authorize ?? 0),
      ]
    }
    expect({ fingerprint: asked('fingerprint'), poll: asked('poll') }).toEqual({
      fingerprint: [1, 1],
      poll: [0, 0],
    })
  }))

test('the same plan gives the same trace, another seed another', async () => {
  const story = (world: World) =>
    Promise.all(world.arms.flatMap(({ replicas }) => replicas.map((replica) => pushOnce(replica))))
  const runs = []
  for (const seed of [7, 8, 7]) runs.push(await inLoadedWorld({ seed }, story))
  const [one, other, again] = runs
  expect(again).toEqual(one)
  expect(other?.trace.hash).not.toBe(one?.trace.hash)
})

/** Gives a poll the time to have read the fixture. */
function inLoadedWorld<T>(changes: Partial<Plan>, use: (world: World) => Promise<T>) {
  return inSimulatedWorld({ ...plan, ...changes }, async (world) => {
    await world.load(fixture.lines())
    await sleep(world.clock, bothBoundsMs)
    return use(world)
  })
}

async function pushOnce(replica: Replica | undefined, key = first?.pusher, nonce = 'nonce') {
  const connection = await connectTo(replica, key)
  const attempt = await connection.push(task(nonce))
  await connection.close()
  return attempt
}

function connectTo(replica: Replica | undefined, key = first?.pusher): Promise<PushConnection> {
  if (replica === undefined || key === undefined) throw new Error('no such replica or key')
  return replica.connect(key)
}

function task(nonce: string) {
  return { app: first?.app ?? '', ref, nonce }
}

async function deleteFirst(world: World): Promise<void> {
  const app = first?.app ?? ''
  const answer = await world
    .asUser(first?.token ?? '')
    .call('deleteApp', { params: { app } }, { timeoutMs })
  expect(answer).toMatchObject({ ok: true })
}

async function refsOf(world: World, arm: Arm | undefined) {
  if (arm === undefined) throw new Error('no such arm')
  return Object.fromEntries(await world.readRefs(arm, { app: first?.app ?? '', generation: 1 }))
}
