import { strategies } from '@keyrace/key-lookup'
import { describe, expect, test } from 'vitest'
import { keyOf, withRig } from '../testing/strategy-rig.ts'

const { fingerprint } = strategies
const push = { app: 'web', user: 'alice', key: keyOf('alice') }

describe('fingerprint', () => {
  test('asks once per question, and again for each push', () =>
    withRig(fingerprint, {}, async ({ controller, lookup }) => {
      await lookup.start()
      await lookup.identify(push.key)
      await lookup.authorize(push)
      await lookup.authorize(push)
      expect(controller.requests).toEqual([
        'identify GET /v2/hooks/key/:fingerprint',
        'authorize GET /v2/hooks/key/:fingerprint',
        'authorize GET /v2/hooks/key/:fingerprint',
      ])
    }))

  test('says whether the app is not there or not theirs', () =>
    withRig(fingerprint, {}, async ({ lookup }) => {
      const denial = async (app: string) => lookup.authorize({ ...push, app })
      expect(await denial('shop')).toMatchObject({ code: 'forbidden' })
      expect(await denial('nowhere')).toMatchObject({ code: 'app-not-found' })
    }))

  test('waits for the controller no longer than its timeout', () =>
    withRig(fingerprint, { set: { timeoutMs: 70 } }, async ({ controller, lookup, now }) => {
      controller.fault = 'silent'
      expect(await lookup.authorize(push)).toEqual({ kind: 'unknown', reason: 'timeout' })
      expect(now()).toBeCloseTo(70, 9)
    }))
})
