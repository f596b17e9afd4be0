import { strategies } from '@keyrace/key-lookup'
import { describe, expect, test } from 'vitest'
import { keyOf, withRig } from '../testing/strategy-rig.ts'

const { etcd } = strategies
const push = { app: 'web', user: 'alice', key: keyOf('alice') }
const set = { intervalMs: 100, timeoutMs: 50 }

describe('etcd', () => {
  test('asks the push hook for each push, and the controller for nothing else', () =>
    withRig(etcd, { set }, async ({ controller, lookup, elapse }) => {
      await lookup.start()
      await lookup.identify(push.key)
      await lookup.authorize(push)
      await elapse(500)
      expect(controller.requests).toEqual(['authorize POST /v2/hooks/push'])
    }))

  test.each(['silent', 'server-error', 'wrong-body', 'wrong-status', 'no-stamp'] as const)(
    'admits nobody while the controller fails (%s), and knows whose a key is all the same',
    (fault) =>
      withRig(etcd, { set }, async ({ controller, lookup }) => {
        await lookup.start()
        controller.fault = fault
        expect(await lookup.authorize(push)).toMatchObject({ kind: 'unknown' })
        expect(await lookup.identify(push.key)).toEqual({ kind: 'user', user: 'alice' })
      }),
  )

  test('knows nobody before its first reading of etcd', () =>
    withRig(etcd, { set }, async ({ lookup }) => {
      expect(await lookup.authorize(push)).toEqual({ kind: 'unknown', reason: 'no-copy-yet' })
      const identified = await lookup.identify(push.key)
      expect(identified).toEqual({ kind: 'unavailable', reason: 'no-copy-yet' })
    }))

  test('may admit a removed key until the next reading, and says how old its file is', () =>
    withRig(etcd, { set }, async ({ controller, lookup, elapse }) => {
      await lookup.start()
      await controller.removeKey('alice', push.key)
      const decision = await lookup.authorize(push)
      expect(decision).toMatchObject({ kind: 'allowed', generation: 1, source: 'file' })
      await elapse(150)
      const denied = { kind: 'denied', code: 'key-not-found' }
      expect(await lookup.authorize(push)).toMatchObject(denied)
    }))
})
