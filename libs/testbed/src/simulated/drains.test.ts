import type { PlannedFault } from '@keyrace/contracts'
import { sleep } from '@keyrace/environment'
import { createFixture } from '@keyrace/load'
import { expect, test } from 'vitest'
import { smallPlan } from '../testing/small-plan.ts'
import type { World } from '../world.ts'
import { inSimulatedWorld, type SimulationOptions } from './simulated-world.ts'

const plan = smallPlan({
  mode: 'sim',
  arms: [
    { strategy: 'combined', knobs: {} },
    { strategy: 'watch', knobs: {} },
    { strategy: 'lease', knobs: {} },
  ],
  replicas: 2,
  users: 4,
  keysPerUser: 2,
  apps: 2,
  commitCheck: 'full',
  reaper: { source: 'list', intervalMs: 200, graceMs: 0, budget: 10 },
})
const fixture = createFixture(plan)
const [first] = fixture.apps
if (first === undefined) throw new Error('the fixture has no apps')
const { app, pusher, token } = first

const fault: PlannedFault = { id: 'fault', kind: 'crash', node: 'builder-2', fromMs: 0, toMs: 2 }

test.each(['tick', 'turn'] as const)(
  'a whole world takes the same course drained by %s as by the quickest',
  async (drain) => {
    const [quickest, other] = [await play({}), await play({ drain })]
    expect(other).toEqual(quickest)
    expect(new Set(quickest.result)).toEqual(new Set(['ok', 'refused', 'denied']))
  },
)

/** Everybody pushes while the app is deleted and a builder restarts, and once more when it is gone. */
function play(options: SimulationOptions) {
  return inSimulatedWorld(
    plan,
    async (world) => {
      await world.load(fixture.lines())
      await sleep(world.clock, 1_000)
      const before = pushEverywhere(world, 'before')
      const crash = world.inject?.(fault)
      await sleep(world.clock, 2)
      await world.asUser(token).call('deleteApp', { params: { app } }, { timeoutMs: 5_000 })
      crash?.heal()
      await sleep(world.clock, 5_000)
      return [...(await before), ...(await pushEverywhere(world, 'after'))]
    },
    options,
  )
}

async function pushEverywhere({ arms }: World, nonce: string) {
  const replicas = arms.flatMap((arm) => arm.replicas)
  return await Promise.all(
    replicas.map(async (replica) => {
      const connection = await replica.connect(pusher).catch(() => undefined)
      const attempt = await connection?.push({ app, ref: 'refs/heads/main', nonce })
      return attempt?.outcome ?? 'refused'
    }),
  )
}
