import { strategies } from '@keyrace/key-lookup'
import { describe, expect, test } from 'vitest'
import { keyOf, withRig } from '../testing/strategy-rig.ts'

const { watch } = strategies
const push = { app: 'web', user: 'alice', key: keyOf('alice') }
const set = { heartbeatMs: 1_000, timeoutMs: 500 }
/** There and back, and what the controller takes. */
const roundTripMs = 20

describe('watch', () => {
  test('asks nothing about a push, and for a new stream from time to time', () =>
    withRig(watch, { set }, async ({ controller, lookup, elapse }) => {
      await lookup.start()
      for (let pushes = 0; pushes < 60; pushes++) {
        await elapse(500)
        expect(await lookup.identify(push.key)).toEqual({ kind: 'user', user: 'alice' })
        expect(await lookup.authorize(push)).toMatchObject({ kind: 'allowed', source: 'watch' })
      }
      const [snapshot, changes, ...streams] = controller.requests
      expect([snapshot, changes]).toEqual([
        'background GET /v2/hooks/snapshot',
        'background GET /v2/hooks/changes',
      ])
      expect(new Set(streams)).toEqual(new Set(['background GET /v2/hooks/changes/stream']))
      expect(streams.length).toBeLessThanOrEqual(30_000 / (2 * set.heartbeatMs) + 1)
    }))

  test('hears of a change within a round trip, and not only by its bound', () =>
    withRig(watch, { set }, async ({ controller, lookup, elapse }) => {
      await lookup.start()
      for (let n = 0; n < 20; n++) {
        await elapse(377)
        await controller.createApp(`app-${n}`, 'alice')
        await elapse(roundTripMs)
        const granted = await lookup.authorize({ ...push, app: `app-${n}` })
        expect(granted).toMatchObject({ kind: 'allowed', source: 'watch' })
        await controller.deleteApp(`app-${n}`)
        await elapse(roundTripMs)
        const revoked = await lookup.authorize({ ...push, app: `app-${n}` })
        expect(revoked).toMatchObject({ kind: 'denied', source: 'watch' })
      }
    }))

  test('asks about each push once its stream has stalled, and serves nothing stale', () =>
    withRig(watch, { set }, async ({ controller, lookup, elapse }) => {
      await lookup.start()
      await elapse(60_000)
      controller.fault = 'silent'
      await controller.deleteApp('web')
      await elapse(set.heartbeatMs)
      controller.fault = 'none'
      expect(await lookup.authorize(push)).toMatchObject({ kind: 'denied', source: 'rpc' })
      const shop = { app: 'shop', user: 'bob', key: keyOf('bob') }
      expect(await lookup.authorize(shop)).toMatchObject({ kind: 'allowed', source: 'rpc' })
      await elapse(2 * set.heartbeatMs)
      expect(await lookup.authorize(shop)).toMatchObject({ kind: 'allowed', source: 'watch' })
    }))

  test('knows all that has happened once its stream is there again', () =>
    withRig(watch, { set }, async ({ controller, lookup, elapse }) => {
      await lookup.start()
      await elapse(100)
      controller.fault = 'server-error'
      await controller.revokeGrant('web', 'bob')
      await elapse(5_000)
      await controller.createApp('blog', 'bob')
      controller.fault = 'none'
      await elapse(set.heartbeatMs + roundTripMs)
      const bob = { user: 'bob', key: keyOf('bob') }
      const source = 'watch'
      expect(await lookup.authorize({ ...bob, app: 'web' })).toMatchObject({
        kind: 'denied',
        source,
      })
      expect(await lookup.authorize({ ...bob, app: 'blog' })).toMatchObject({
        kind: 'allowed',
        source,
      })
      expect(controller.requests.filter((request) => request.endsWith('snapshot'))).toHaveLength(1)
    }))
})
