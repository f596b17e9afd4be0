import { strategies } from '@keyrace/key-lookup'
import { describe, expect, test } from 'vitest'
import { keyOf, withRig } from '../testing/strategy-rig.ts'

const appKeys = strategies['app-keys']
const push = { app: 'web', user: 'alice', key: keyOf('alice') }

describe('app-keys', () => {
  test('finds each key of an app on which there are many, with one request for each push', () =>
    withRig(appKeys, {}, async ({ controller, lookup }) => {
      const keys = Array.from({ length: 50 }, (_, n) => keyOf('bob', `key-${n}`))
      for (const key of keys) await controller.addKey('bob', key)
      for (const key of keys) {
        expect(await lookup.authorize({ ...push, user: 'bob', key })).toMatchObject({
          kind: 'allowed',
        })
        expect(await lookup.authorize({ ...push, key })).toMatchObject({ code: 'key-not-found' })
      }
      expect(controller.requests).toEqual(Array(100).fill('authorize GET /v2/hooks/keys/:app'))
    }))

  test('cannot tell who has no key any more from who may not push', () =>
    withRig(appKeys, {}, async ({ controller, lookup }) => {
      await controller.removeKey('bob', keyOf('bob'))
      const denial = (app: string, user: string) =>
        lookup.authorize({ app, user, key: keyOf(user) })
      expect(await denial('nowhere', 'alice')).toMatchObject({ code: 'app-not-found' })
      expect(await denial('web', 'alice')).toMatchObject({ kind: 'allowed' })
      for (const user of ['bob', 'mallory', 'nobody', 'constructor']) {
        expect(await denial('web', user)).toMatchObject({ code: 'forbidden' })
      }
    }))
})
