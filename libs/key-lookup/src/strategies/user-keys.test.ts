import type { KeysByUser } from '@keyrace/contracts'
import type { ControllerClient } from '@keyrace/controller-client'
import { describe, expect, test } from 'vitest'
import type { StrategyDeps } from '../strategy.ts'
import { keyOf, withRig } from '../testing/rig.ts'
import { describeStrategy } from '../testing/suite.ts'
import { userKeys } from './user-keys.ts'

describeStrategy('user-keys', userKeys)

const push = { app: 'web', user: 'alice', key: keyOf('alice') }

describe('user-keys', () => {
  test('finds each of 200 keys, with one request for each push, and no other key', () =>
    withRig(userKeys, {}, async ({ controller, lookup }) => {
      const keys = Array.from({ length: 200 }, (_, n) => keyOf('alice', `key-${n}`))
      for (const key of keys) controller.addKey('alice', key)
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
      for (const key of keys) controller.addKey('alice', key)
      const key = keys.at(-1) ?? push.key
      expect(await lookup.authorize({ ...push, key })).toMatchObject({ kind: 'allowed' })
    }))

  test('takes a key by its whole blob and never by a part of it', () =>
    withRig(userKeys, {}, async ({ controller, lookup }) => {
      controller.addKey('alice', { ...keyOf('alice', 'long'), blob: 'AAAABBBBCCCC' })
      for (const blob of ['CCCC', 'BBBB', 'AAAA', 'AAAABBBBCCCCDDDD', '']) {
        const decision = await lookup.authorize({ ...push, key: { ...push.key, blob } })
        expect(decision).toMatchObject({ kind: 'denied', code: 'key-not-found' })
      }
    }))

  test('says what is missing: app, user, key or permission', () =>
    withRig(userKeys, {}, async ({ controller, lookup }) => {
      controller.removeKey(keyOf('bob').fingerprint)
      const denial = (app: string, user: string) =>
        lookup.authorize({ app, user, key: keyOf(user) })
      expect(await denial('nowhere', 'alice')).toMatchObject({ code: 'app-not-found' })
      expect(await denial('web', 'nobody')).toMatchObject({ code: 'user-not-found' })
      expect(await denial('web', 'bob')).toMatchObject({ code: 'key-not-found' })
      expect(await denial('shop', 'alice')).toMatchObject({ code: 'forbidden' })
    }))

  test.each(['constructor', '__proto__'])('knows a user who is called %s', (user) =>
    withRig(userKeys, {}, async ({ controller, lookup }) => {
      controller.addUser(user)
      controller.addKey(user, keyOf(user))
      controller.createApp('theirs', user)
      const decision = await lookup.authorize({ app: 'theirs', user, key: keyOf(user) })
      expect(decision).toMatchObject({ kind: 'allowed' })
    }),
  )

  test.each<KeysByUser>([
    {},
    { mallory: [{ key: `ssh-ed25519 ${push.key.blob}`, fingerprint: push.key.fingerprint }] },
  ])('does not know what to make of an answer without the user: %j', async (body) => {
    const stamp = { epoch: 'epoch-1', revision: 1, generation: 1 }
    const controller = { call: async () => ({ ok: true, body, stamp }) } as unknown
    const deps = { controller: controller as ControllerClient } as StrategyDeps
    const lookup = userKeys.create(deps, { timeoutMs: 1 })
    for (const user of ['alice', 'constructor']) {
      expect(await lookup.authorize({ ...push, user })).toMatchObject({ kind: 'unknown' })
    }
  })
})
