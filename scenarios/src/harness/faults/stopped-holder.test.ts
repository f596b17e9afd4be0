import type { Plan, RevocationWait } from '@keyrace/contracts'
import { sleep } from '@keyrace/environment'
import { createFixture } from '@keyrace/load'
import { type Arm, inSimulatedWorld, type World } from '@keyrace/testbed'
import { expect, test } from 'vitest'
import { deletionRace } from '../../deletion-race.ts'
import { planOf } from '../../testing/plan-of.ts'
import { loadFixture } from '../pushing/load-fixture.ts'
import { awaitReadiness } from '../pushing/readiness.ts'
import { createRecorder } from '../recording/recorder.ts'
import type { Context } from '../scenario.ts'
import { stopHolders } from './stopped-holder.ts'

const arms = [{ strategy: 'fingerprint', knobs: {} }]
const plan: Plan = planOf(deletionRace, { arms, users: 3, keysPerUser: 1, apps: 3 })

/** Nothing can be stopped in virtual time: a world that says it can, and whose arm lets revocations wait. */
async function stopIn(changes: (world: World) => Partial<World>) {
  const { result } = await inSimulatedWorld(plan, async (simulated) => {
    const claims = (arm: Arm): Arm => {
      return { ...arm, claim: { ...arm.claim, write: { formula: 'T', ms: 1_000 } } }
    }
    const world = { ...simulated, arms: simulated.arms.map(claims), ...changes(simulated) }
    const fixture = createFixture(plan)
    const context: Context = {
      ...{ plan, world, fixture, prefix: '' },
      recorder: createRecorder(world.clock),
      progress: () => {},
      signal: new AbortController().signal,
    }
    await loadFixture(context, fixture)
    await awaitReadiness(context)
    const told = await stopHolders(context)
    return { told, faults: context.recorder.history(() => undefined, []).filter(isFault) }
  })
  return result
}

const isFault = ({ f }: { f: string }) => f === 'fault'

/** Pushes to a builder that has stopped come to nothing until it goes on. */
function pausing(waits: readonly RevocationWait[]) {
  return (world: World): Partial<World> => {
    let stopped = Promise.resolve()
    let wasStopped = false
    return {
      arms: world.arms.map((arm) => ({
        ...arm,
        claim: { ...arm.claim, write: { formula: 'T', ms: 1_000 } },
        replicas: arm.replicas.map((replica) => ({
          ...replica,
          async connect(key) {
            const connection = await replica.connect(key)
            return {
              ...connection,
              async push(task) {
                await stopped
                return await connection.push(task)
              },
            }
          },
        })),
      })),
      async pause() {
        const { promise, resolve } = Promise.withResolvers<void>()
        stopped = promise
        wasStopped = true
        return async () => resolve()
      },
      revocationWaits: async () => ({ fingerprint: wasStopped ? waits : [] }),
    }
  }
}

/** What people do takes longer than this arm lets revocations wait. */
function slowly({ clock, asUser }: World): World['asUser'] {
  return (token) => {
    const client = asUser(token)
    const call = async (...of: Parameters<typeof client.call>) => {
      await sleep(clock, 5_000)
      return await client.call(...of)
    }
    return { ...client, call: call as typeof client.call }
  }
}

const expired = (ms: number): RevocationWait => ({ ms, endedBy: 'expiry' })

test('where nothing can be stopped, nothing is told', async () => {
  const { told, faults } = await stopIn(() => ({}))
  expect(told).toEqual({ faults: [], breaches: [], doubts: [] })
  expect(faults).toEqual([])
})

test('a wait within the write clause is a fault that broke nothing, and stands in the history', async () => {
  const { told, faults } = await stopIn(pausing([expired(1_200)]))
  expect(told.breaches).toEqual([])
  expect(told.doubts).toEqual([])
  expect(told.faults).toMatchObject([
    { kind: 'pause', arm: 'fingerprint', replica: 'builder-1', tookEffect: true },
  ])
  const [began, ended] = faults
  expect([began?.type, ended?.type, faults.length]).toEqual(['invoke', 'ok', 2])
  expect(began).toMatchObject({ arm: 'fingerprint', replica: 'builder-1' })
  expect(ended?.t).toBeGreaterThan(began?.t ?? Number.NaN)
})

test('a wait beyond it is a breach, with the operations that show it', async () => {
  const { told, faults } = await stopIn(pausing([expired(1_201)]))
  expect(told.breaches).toMatchObject([{ arm: 'fingerprint', promise: 'write-clause' }])
  expect(told.breaches[0]?.story).toContain('waited 1201 ms, and 1000 ms are claimed')
  expect(told.breaches[0]?.ops).toContain(faults[0]?.op)
})

test('a deletion that waited for others breaks nothing, however long it took, and proves nothing', async () => {
  const { told } = await stopIn((world) => ({ ...pausing([])(world), asUser: slowly(world) }))
  expect(told.breaches).toEqual([])
  expect(told.doubts).toEqual([expect.stringContaining('and no deletion waited for it')])
})

test('a builder that goes on all the same has put nothing to the test', async () => {
  const { told } = await stopIn(({ clock }) => ({
    pause: async () => () => sleep(clock, 100),
    revocationWaits: async () => ({}),
  }))
  expect(told.faults).toMatchObject([{ tookEffect: false }])
  expect(told.doubts).toHaveLength(1)
})
