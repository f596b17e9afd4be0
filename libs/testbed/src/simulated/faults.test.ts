import { type FaultKind, faultKinds, type PlannedFault } from '@keyrace/contracts'
import { sleep } from '@keyrace/environment'
import { createFixture, type PushAttempt, type PushConnection } from '@keyrace/load'
import { describe, expect, test } from 'vitest'
import { smallPlan } from '../testing/small-plan.ts'
import type { World } from '../world.ts'
import { inSimulatedWorld } from './simulated-world.ts'

const plan = smallPlan({
  mode: 'sim',
  arms: [{ strategy: 'etcd', knobs: {} }],
  replicas: 2,
  users: 4,
  keysPerUser: 1,
  apps: 2,
  commitCheck: 'full',
  reaper: { source: 'list', intervalMs: 200, graceMs: 0, budget: 10 },
})
const fixture = createFixture(plan)
const [first] = fixture.apps
if (first === undefined) throw new Error('the fixture has no apps')
const { app, pusher } = first
const ref = 'refs/heads/main'

/** Long enough that a copy has taken the fixture, and that whoever was disturbed is as before. */
const settlingMs = 12_000

/** What is planned beside the kind; left out: it befalls the first builder. */
const details: Partial<Record<FaultKind, Partial<PlannedFault>>> = {
  cut: { peer: 'controller', bothWays: true },
  delay: { peer: 'controller', strength: 70 },
  lose: { node: 'client', strength: 0.5 },
  duplicate: { peer: 'controller', strength: 1 },
  reorder: { peer: 'controller', strength: 1 },
  stall: { node: 'controller', bothWays: true },
  'clock-skew': { node: 'controller', strength: -60_000 },
  'controller-errors': { node: 'controller' },
  'controller-slow': { node: 'controller', strength: 300 },
  'controller-restart': { node: 'controller' },
  'database-outage': { node: 'controller' },
  'database-slow': { node: 'controller' },
  'stale-reads': { node: 'etcd' },
}

describe.each(Object.keys(faultKinds) as FaultKind[])('%s', (kind) => {
  test('touches something, and leaves a world in which all is well', () =>
    inLoadedWorld(async (world) => {
      const fault = inject(world, kind)
      const during = Promise.all([pushOnce(world, 0, 'one'), pushOnce(world, 1, 'two')])
      await sleep(world.clock, 6_000)
      fault.heal()
      const effects = fault.effects()
      if (kind !== 'clock-skew') expect(effects).toBeGreaterThan(0)
      await during
      await sleep(world.clock, settlingMs)
      for (const replica of [0, 1]) {
        const { outcome, reason } = await pushOnce(world, replica, `after ${replica}`)
        expect([outcome, reason]).toEqual(['ok', null])
      }
      expect(fault.effects()).toBe(effects)
    }))
})

describe('a builder that crashes', () => {
  test.each(['crash', 'crash-without-disk'] as const)(
    'leaves pushes at every step that are not heard of again (%s)',
    async (kind) => {
      const steps = new Set<string>()
      for (let ms = 0.5; ms < 40; ms += 1.5) {
        await inLoadedWorld(async (world) => {
          const connection = await connectTo(world, 0)
          const pushing = connection.push({ app, ref, nonce: 'unfinished' })
          await sleep(world.clock, ms)
          const before = await written(world)
          const fault = inject(world, kind)
          await sleep(world.clock, settlingMs)
          const { outcome } = await pushing
          // Git has a life of its own: what the builder had told it may still come to its end.
          const after = await written(world)
          expect(after.evidence).toBe(before.evidence)
          steps.add(`${outcome} ${after.refs}`)
          const { outcome: more } = await connection.push({ app, ref, nonce: 'more' })
          expect(more).toBe('unavailable')
          fault.heal()
          await sleep(world.clock, settlingMs)
          expect((await pushOnce(world, 0, 'after')).outcome).toBe('ok')
          expect((await pushOnce(world, 1, 'elsewhere')).outcome).toBe('ok')
        })
      }
      expect([...steps].toSorted()).toEqual(['info 0', 'info 1', 'ok 1'])
    },
  )

  test('comes back with its private files and repositories, unless its disk is lost', async () => {
    const left = (kind: FaultKind) =>
      inLoadedWorld(
        async (world) => {
          await pushOnce(world, 0, 'kept')
          const fault = inject(world, kind)
          fault.heal()
          const [arm] = world.arms as [World['arms'][number]]
          return (await world.readRefs(arm, { app, generation: 1 }, 'builder-1')).size
        },
        { repositories: 'per-replica' },
      )
    expect((await left('crash')).result).toBe(1)
    expect((await left('crash-without-disk')).result).toBe(0)
  })
})

describe('a lease holder that was paused', () => {
  const changes = { arms: [{ strategy: 'lease', knobs: {} }] }

  test.each(['pause', 'suspend'] as const)(
    'admits nobody by what it knew before (%s)',
    async (kind) => {
      await inLoadedWorld(async (world) => {
        const warm = await pushOnce(world, 0, 'warm')
        expect(warm.outcome).toBe('ok')
        const connection = await connectTo(world, 0)
        const fault = inject(world, kind)
        const late = connection.push({ app, ref, nonce: 'late' })
        const deleting = await world
          .asUser(first?.token ?? '')
          .call('deleteApp', { params: { app } }, { timeoutMs: 60_000 })
        expect(deleting.ok).toBe(true)
        fault.heal()
        expect((await late).outcome).toBe('denied')
        expect(fault.effects()).toBeGreaterThan(0)
      }, changes)
    },
  )
})

describe('a controller that is restarted', () => {
  test('knows what it had acknowledged, and nothing of what it counted', () =>
    inLoadedWorld(async (world) => {
      await pushOnce(world, 0, 'one')
      const [arm] = world.arms
      const charged = async () => (await world.usage())[arm?.name ?? '']?.requests.authorize
      expect(await charged()).toBeGreaterThanOrEqual(0)
      const before = await world.operator.call('auditLog', { query: {} }, { timeoutMs: 1_000 })
      const fault = inject(world, 'controller-restart')
      await expect(
        world.operator.call('auditLog', { query: {} }, { timeoutMs: 1_000 }),
      ).rejects.toThrow()
      fault.heal()
      await sleep(world.clock, 100)
      const after = await world.operator.call('auditLog', { query: {} }, { timeoutMs: 1_000 })
      expect(after).toEqual(before)
    }))

  test('leaves no lock behind, wherever it was stopped', async () => {
    for (let ms = 0.1; ms < 4; ms += 0.3) {
      await inLoadedWorld(async (world) => {
        const user = world.asUser(first?.token ?? '')
        const deleting = user
          .call('deleteApp', { params: { app } }, { timeoutMs: 5_000 })
          .catch(() => 'nobody knows')
        await sleep(world.clock, ms)
        inject(world, 'controller-restart').heal()
        await deleting
        await sleep(world.clock, 10)
        const again = await user.call('deleteApp', { params: { app } }, { timeoutMs: 5_000 })
        expect(again.ok || again.code === 'app-not-found').toBe(true)
      })
    }
  })
})

test('what comes about and is healed at once leaves the rest of the world as it was', async () => {
  const story = (faulty: boolean) =>
    inLoadedWorld(async (world) => {
      const { clock } = world
      const pushing = [0, 1, 0, 1].map(async (replica, n) => {
        await sleep(clock, n * 100)
        return pushOnce(world, replica, `${n}`)
      })
      await sleep(clock, 50)
      if (faulty) for (const kind of ['cut', 'lose', 'pause'] as const) inject(world, kind).heal()
      return (await Promise.all(pushing)).map(({ stamps }) => stamps)
    })
  expect((await story(true)).result).toEqual((await story(false)).result)
})

test('the same faults give the same trace', async () => {
  const story = () =>
    inLoadedWorld(async (world) => {
      const injected = (['duplicate', 'crash', 'clock-drift', 'database-slow'] as const).map(
        (kind) => inject(world, kind, { node: 'builder-1' }),
      )
      const pushing = [0, 1].map((replica) => pushOnce(world, replica, 'one'))
      await sleep(world.clock, 1_000)
      for (const fault of injected) fault.heal()
      return (await Promise.all(pushing)).map(({ outcome }) => outcome)
    })
  expect(await story()).toEqual(await story())
})

async function written(world: World) {
  const [arm] = world.arms as [World['arms'][number]]
  const evidence = await world.evidence(arm)
  const refs = await world.readRefs(arm, { app, generation: 1 })
  return { evidence: evidence.length, refs: refs.size }
}

function inject({ inject }: World, kind: FaultKind, changes: Partial<PlannedFault> = {}) {
  if (inject === undefined) throw new Error('no faults here')
  const planned = { id: kind, kind, fromMs: 0, toMs: 0, node: 'builder-1' }
  return inject({ ...planned, ...details[kind], ...changes })
}

function inLoadedWorld<T>(use: (world: World) => Promise<T>, changes = {}) {
  return inSimulatedWorld({ ...plan, ...changes }, async (world) => {
    await world.load(fixture.lines())
    await sleep(world.clock, settlingMs)
    return use(world)
  })
}

async function connectTo({ arms }: World, replica: number): Promise<PushConnection> {
  const connection = await arms[0]?.replicas[replica]?.connect(pusher)
  if (connection === undefined) throw new Error('no such replica')
  return connection
}

async function pushOnce(world: World, replica: number, nonce: string) {
  try {
    const connection = await connectTo(world, replica)
    const attempt = await connection.push({ app, ref, nonce })
    await connection.close()
    return attempt
  } catch (error) {
    return { outcome: 'unavailable', reason: String(error) } as PushAttempt
  }
}
