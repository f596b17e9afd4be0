import { strategies } from '@keyrace/key-lookup'
import { describe, expect, test } from 'vitest'
import { keyOf, withRig } from '../testing/strategy-rig.ts'

const userKeys = strategies['user-keys']
const push = { app: 'web', user: 'alice', key: keyOf('alice') }

describe('user-keys', () => {
  test('finds each of 200 keys, with one request for each push, and no other key', () =>
    withRig(userKeys, {}, async ({ controller, lookup }) => {
      const keys = Array.from({ length: 200 }, (_, n) => keyOf('alice', `key-${n}`))
      for (const key of keys) await controller.addKey('alice', key)
      for (const key of keys) {
        expect(await lookup.authorize({ ...push, key })).toMatchObject({ kind: 'allowed' })
      }
      const another = { ...push, key: keyOf('alice', 'key-200') }
      expect(await lookup.authorize(another)).toMatchObject({ code: 'key-not-found' })
      expect(controller.requests).toEqual(
        Array(201).fill('authorize GET /v2/hooks/keys/:app/:username'),
      )
    }))

  test('finds the last of a thousand keys', () =>
    withRig(userKeys, {}, async ({ controller, lookup }) => {
      const keys = Array.from({ length: 1_000 }, (_, n) => keyOf('alice', `key-${n}`))
      for (const key of keys) await controller.addKey('alice', key)
      const key = keys.at(-1) ?? push.key
      expect(await lookup.authorize({ ...push, key })).toMatchObject({ kind: 'allowed' })
    }))

  test('says what is missing: app, user, key or permission', () =>
    withRig(userKeys, {}, async ({ controller, lookup }) => {
      await controller.removeKey('bob', keyOf('bob'))
      const denial = (app: string, user: string) =>
        lookup.authorize({ app, user, key: keyOf(user) })
      expect(await denial('nowhere', 'alice')).toMatchObject({ code: 'app-not-found' })
      expect(await denial('web', 'nobody')).toMatchObject({ code: 'user-not-found' })
      expect(await denial('web', 'bob')).toMatchObject({ code: 'key-not-found' })
      expect(await denial('shop', 'alice')).toMatchObject({ code: 'forbidden' })
    }))

  test.each(['constructor', '__proto__'])('knows a user who is called %s', (user) =>
    withRig(userKeys, {}, async ({ controller, lookup }) => {
      await controller.register(user)
      await controller.addKey(user, keyOf(user))
      await controller.createApp('theirs', user)
      const decision = await lookup.authorize({ app: 'theirs', user, key: keyOf(user) })
      expect(decision).toMatchObject({ kind: 'allowed' })
    }),
  )
})
