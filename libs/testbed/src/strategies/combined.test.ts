import { strategies } from '@keyrace/key-lookup'
import { createFixture } from '@keyrace/load'
import { describe, expect, test } from 'vitest'
import { inSimulatedWorld } from '../simulated/simulated-world.ts'
import { smallPlan } from '../testing/small-plan.ts'
import { keyOf, withRig } from '../testing/strategy-rig.ts'
import type { World } from '../world.ts'

const { combined } = strategies

describe('combined', () => {
  test('asks one small question for key, permission and app', () =>
    withRig(combined, {}, async ({ controller, lookup }) => {
      const denial = (app: string, user: string, key = keyOf(user)) =>
        lookup.authorize({ app, user, key })
      expect(await denial('nowhere', 'alice')).toMatchObject({ code: 'app-not-found' })
      expect(await denial('web', 'nobody')).toMatchObject({ code: 'user-not-found' })
      expect(await denial('web', 'alice', keyOf('bob'))).toMatchObject({ code: 'key-not-found' })
      expect(await denial('shop', 'alice')).toMatchObject({ code: 'forbidden' })
      expect(controller.requests).toEqual(Array(4).fill('authorize POST /v2/hooks/authorize'))
    }))

  // `full` also says what became of the release.
  test.each([
    ['none', 1],
    ['app', 1],
    ['full', 2],
  ] as const)(
    'makes two calls and a publish for a push on a fresh connection, and one less for each further one (%s)',
    async (commitCheck, publish) => {
      const plan = smallPlan({
        mode: 'sim',
        arms: [{ strategy: 'combined', knobs: {} }],
        commitCheck,
      })
      const fixture = createFixture(plan)
      const [app] = fixture.apps
      if (app === undefined) throw new Error('the fixture has no apps')
      await inSimulatedWorld(plan, async (world) => {
        await world.load(fixture.lines())
        const connection = await world.arms[0]?.replicas[0]?.connect(app.pusher)
        const charges = []
        for (const nonce of ['one', 'two', 'three']) {
          const task = { app: app.app, ref: 'refs/heads/main', nonce }
          expect(await connection?.push(task)).toMatchObject({ outcome: 'ok' })
          charges.push(await chargesOf(world))
        }
        expect(charges).toEqual([
          { identify: 1, authorize: 1, publish },
          { identify: 1, authorize: 2, publish: 2 * publish },
          { identify: 1, authorize: 3, publish: 3 * publish },
        ])
      })
    },
  )
})

async function chargesOf(world: World) {
  const { combined: usage } = await world.usage()
  const { background: _, ...requests } = usage?.requests ?? { background: 0 }
  return requests
}
