import type { OfferedKey, Strategy } from '@keyrace/key-lookup'
import { expect } from 'vitest'
import { keyOf, withRig } from '../strategy-rig.ts'
import { push } from './push.ts'

/** Who may push where, while nothing changes. */
export const rights = {
  'admits owner, granted user and administrator, and names the generation': (strategy: Strategy) =>
    withRig(strategy, {}, async ({ lookup }) => {
      await lookup.start()
      for (const user of ['alice', 'bob', 'root']) {
        expect(await lookup.identify(keyOf(user))).toEqual({ kind: 'user', user })
        expect(await push(lookup, user)).toMatchObject({ kind: 'allowed', generation: 1 })
      }
    }),

  'denies a user without permission': (strategy: Strategy) =>
    withRig(strategy, {}, async ({ lookup }) => {
      await lookup.start()
      expect(await push(lookup, 'mallory')).toMatchObject({ kind: 'denied', code: 'forbidden' })
    }),

  'denies a key that nobody has, and one of somebody else': (strategy: Strategy) =>
    withRig(strategy, {}, async ({ lookup }) => {
      await lookup.start()
      expect(await lookup.identify(keyOf('nobody'))).toEqual({ kind: 'unknown-key' })
      const decide = (key: OfferedKey) => lookup.authorize({ app: 'web', user: 'alice', key })
      const unknown = await decide(keyOf('nobody'))
      expect(unknown).toMatchObject({ kind: 'denied', code: 'key-not-found' })
      for (const user of ['bob', 'mallory', 'root']) {
        expect(await decide(keyOf(user))).toMatchObject({ kind: 'denied' })
      }
    }),

  'takes an app by its whole name and never by a part of it': (strategy: Strategy) =>
    withRig(strategy, {}, async ({ controller, lookup }) => {
      await controller.createApp('webshop', 'alice')
      await lookup.start()
      expect(await push(lookup, 'alice', 'webshop')).toMatchObject({ kind: 'allowed' })
      for (const app of ['we', 'eb', 'webs', 'webshop-2', 'constructor']) {
        expect(await push(lookup, 'alice', app)).toMatchObject({ code: 'app-not-found' })
      }
    }),

  'takes no permission for one on an app whose name is a part of the other': (strategy: Strategy) =>
    withRig(strategy, {}, async ({ controller, lookup }) => {
      await controller.createApp('webshop', 'alice')
      await controller.createApp('sho', 'mallory')
      await lookup.start()
      expect(await push(lookup, 'bob', 'webshop')).toMatchObject({ code: 'forbidden' })
      expect(await push(lookup, 'mallory', 'shop')).toMatchObject({ code: 'forbidden' })
    }),
}
