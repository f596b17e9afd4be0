import { ConnectionRefused, createFixture } from '@keyrace/load'
import { type Arm, inSimulatedWorld, type World } from '@keyrace/testbed'
import { expect, test } from 'vitest'
import { deletionRace } from '../../deletion-race.ts'
import { planOf } from '../../testing/plan-of.ts'
import { loadFixture } from '../pushing/load-fixture.ts'
import { awaitReadiness } from '../pushing/readiness.ts'
import { createRecorder } from '../recording/recorder.ts'
import type { Context } from '../scenario.ts'

test('an app that is lost to the races takes none of the others with it', async () => {
  const arms = [{ strategy: 'fingerprint', knobs: {} }]
  const plan = planOf(deletionRace, { arms, users: 3, keysPerUser: 1, apps: 3, races: 10 })
  const { result } = await inSimulatedWorld(plan, async (world) => {
    const fixture = createFixture(plan)
    const context: Context = {
      ...{ plan, world, fixture, prefix: '' },
      recorder: createRecorder(world.clock),
      progress: () => {},
      signal: new AbortController().signal,
    }
    await loadFixture(context, fixture)
    await awaitReadiness(context)
    return await deletionRace.run({ ...context, world: refusingOnce(world) })
  })
  expect(result.races.held).toEqual({ fingerprint: 10 })
})

/** The first connection that anybody asks for is refused. */
function refusingOnce(world: World): World {
  let refused = false
  const arms = world.arms.map(
    (arm): Arm => ({
      ...arm,
      replicas: arm.replicas.map((replica) => ({
        ...replica,
        async connect(key) {
          if (refused) return replica.connect(key)
          refused = true
          throw new ConnectionRefused('timeout', 'nobody answered')
        },
      })),
    }),
  )
  return { ...world, arms }
}
