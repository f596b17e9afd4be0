import { strategies } from '@keyrace/key-lookup'
import { describe, expect, test } from 'vitest'
import { keyOf, withRig } from '../testing/strategy-rig.ts'

const keyCheck = strategies['key-check']
const push = { app: 'web', user: 'alice', key: keyOf('alice') }

describe('key-check', () => {
  test('asks once for each push', () =>
    withRig(keyCheck, {}, async ({ controller, lookup }) => {
      for (const kind of ['allowed', 'allowed']) {
        expect(await lookup.authorize(push)).toMatchObject({ kind })
      }
      expect(controller.requests).toEqual(Array(2).fill('authorize POST /v2/hooks/key'))
    }))

  test('denies a key of somebody else, though they may push to the app as well', () =>
    withRig(keyCheck, {}, async ({ lookup }) => {
      for (const user of ['bob', 'root']) {
        const decision = await lookup.authorize({ ...push, key: keyOf(user) })
        expect(decision).toMatchObject({ kind: 'denied', code: 'key-not-found' })
      }
    }))

  test('takes what does not parse for a key that nobody has', () =>
    withRig(keyCheck, {}, async ({ lookup }) => {
      for (const blob of ['', 'AAAA', `${push.key.blob.slice(0, 24)}BBBB`, ' '.repeat(20)]) {
        const decision = await lookup.authorize({ ...push, key: { ...push.key, blob } })
        expect(decision).toMatchObject({ kind: 'denied', code: 'key-not-found' })
      }
    }))

  test('says what is missing: app, key or permission', () =>
    withRig(keyCheck, {}, async ({ lookup }) => {
      const denial = (app: string, user: string) =>
        lookup.authorize({ app, user, key: keyOf(user) })
      expect(await denial('nowhere', 'alice')).toMatchObject({ code: 'app-not-found' })
      expect(await denial('web', 'nobody')).toMatchObject({ code: 'key-not-found' })
      expect(await denial('shop', 'alice')).toMatchObject({ code: 'forbidden' })
    }))
})
