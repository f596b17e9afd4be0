import { strategies } from '@keyrace/key-lookup'
import { describe, expect, test } from 'vitest'
import { keyOf, withRig } from '../testing/strategy-rig.ts'

const { kubernetes } = strategies
const by = (user: string, app = 'web') => ({ app, user, key: keyOf(user) })

describe.each([
  ['lists', { intervalMs: 100, timeoutMs: 50 }],
  ['watches', { watch: 1, heartbeatMs: 150 }],
])('kubernetes that %s', (_, set) => {
  test('asks whose the key is, and not what for', () =>
    withRig(kubernetes, { set }, async ({ controller, lookup, elapse }) => {
      await lookup.start()
      await lookup.authorize(by('alice'))
      await elapse(500)
      expect(controller.requests).toEqual(['authorize GET /v2/hooks/key/:fingerprint'])
    }))

  test('leaves the permission to the commit check', () =>
    withRig(kubernetes, { set }, async ({ lookup }) => {
      await lookup.start()
      expect(await lookup.authorize(by('mallory'))).toMatchObject({ kind: 'allowed' })
    }))

  test('takes an app by its whole name', () =>
    withRig(kubernetes, { set }, async ({ controller, lookup }) => {
      await controller.createApp('webshop', 'alice')
      await lookup.start()
      for (const app of ['we', 'eb', 'webs', 'webshop-2', 'constructor']) {
        const denied = { kind: 'denied', code: 'app-not-found' }
        expect(await lookup.authorize(by('alice', app))).toMatchObject(denied)
      }
    }))

  test('denies an app whose namespace is being ended, and knows the next one by its generation', () =>
    withRig(kubernetes, { set }, async ({ controller, lookup, elapse }) => {
      await lookup.start()
      const admitted = { kind: 'allowed', generation: 1 }
      expect(await lookup.authorize(by('alice'))).toMatchObject(admitted)
      await controller.deleteApp('web')
      await elapse(150)
      const denied = { kind: 'denied', code: 'app-not-found' }
      expect(await lookup.authorize(by('alice'))).toMatchObject(denied)
      // Acknowledged once the namespace before is gone and the new one is there.
      await controller.createApp('web', 'mallory')
      await elapse(150)
      const next = { kind: 'allowed', generation: 2 }
      expect(await lookup.authorize(by('mallory'))).toMatchObject(next)
    }))

  test('knows the apps of a restored backup by their generations there', () =>
    withRig(kubernetes, { set }, async ({ controller, lookup, elapse }) => {
      await controller.deleteApp('shop')
      await controller.createApp('shop', 'alice')
      await controller.createApp('blog', 'alice')
      await lookup.start()
      const before = { kind: 'allowed', generation: 2, epoch: 'epoch-1' }
      expect(await lookup.authorize(by('alice', 'shop'))).toMatchObject(before)
      await controller.restore()
      await elapse(1_000)
      const after = { kind: 'allowed', generation: 1, epoch: 'epoch-2' }
      expect(await lookup.authorize(by('bob', 'shop'))).toMatchObject(after)
      expect(await lookup.authorize(by('alice', 'blog'))).toMatchObject({ kind: 'denied' })
    }))
})
