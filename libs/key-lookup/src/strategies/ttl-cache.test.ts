import { describe, expect, test } from 'vitest'
import { keyOf, type Rig, withRig } from '../testing/rig.ts'
import { describeStrategy } from '../testing/suite.ts'
import { ttlCache } from './ttl-cache.ts'

describeStrategy('ttl-cache', ttlCache)

const push = { app: 'web', user: 'alice', key: keyOf('alice') }
const foreign = { app: 'web', user: 'mallory', key: keyOf('mallory') }
const set = { ttlMs: 100, negativeTtlMs: 40, timeoutMs: 50 }

describe('ttl-cache', () => {
  test('asks once while its answer is young, and tells how old the answer is', () =>
    withRig(ttlCache, { set }, async ({ controller, lookup, elapse, now }) => {
      const sentAt = now()
      expect(await lookup.authorize(push)).toMatchObject({ source: 'rpc', copyAgeMs: 0 })
      await elapse(60)
      const copyAgeMs = now() - sentAt
      for (let pushes = 0; pushes < 5; pushes++) {
        expect(await lookup.authorize(push)).toMatchObject({ source: 'cache', copyAgeMs })
      }
      expect(controller.requests).toEqual(['authorize GET /v2/hooks/key/:fingerprint'])
    }))

  test('may admit a push to a deleted app until the time to live is over, and no longer', () =>
    withRig(ttlCache, { set }, async (rig) => {
      const { controller, lookup } = rig
      await lookup.authorize(push)
      controller.deleteApp('web')
      await elapseUntil(rig, 99.999)
      expect(await lookup.authorize(push)).toMatchObject({ kind: 'allowed', copyAgeMs: 99.999 })
      await elapseUntil(rig, 100)
      expect(await lookup.authorize(push)).toMatchObject({ kind: 'denied', source: 'rpc' })
    }))

  test('asks anew after a long rest, before it answers', () =>
    withRig(ttlCache, { set }, async ({ controller, lookup, elapse }) => {
      await lookup.authorize(push)
      await elapse(100_000)
      controller.deleteApp('web')
      expect(await lookup.authorize(push)).toMatchObject({ kind: 'denied', source: 'rpc' })
    }))

  test('may deny what was granted until the negative time to live is over, and no longer', () =>
    withRig(ttlCache, { set }, async (rig) => {
      const { controller, lookup } = rig
      await lookup.authorize(foreign)
      controller.grant('web', 'mallory')
      await elapseUntil(rig, 39.999)
      expect(await lookup.authorize(foreign)).toMatchObject({ kind: 'denied', source: 'cache' })
      await elapseUntil(rig, 40)
      expect(await lookup.authorize(foreign)).toMatchObject({ kind: 'allowed', source: 'rpc' })
    }))

  test('remembers no failure, neither as a denial nor over what it knows', () =>
    withRig(ttlCache, { set }, async (rig) => {
      const { controller, lookup } = rig
      for (const fault of ['silent', 'server-error', 'wrong-body', 'no-stamp'] as const) {
        controller.fault = fault
        expect(await lookup.authorize(push)).toMatchObject({ kind: 'unknown' })
      }
      controller.fault = 'none'
      expect(await lookup.authorize(push)).toMatchObject({ kind: 'allowed', source: 'rpc' })
      controller.fault = 'silent'
      expect(await lookup.authorize(push)).toMatchObject({ kind: 'allowed', source: 'cache' })
      await rig.elapse(100)
      expect(await lookup.authorize(push)).toEqual({ kind: 'unknown', reason: 'timeout' })
    }))

  test('starts over as soon as it learns of another epoch', () =>
    withRig(ttlCache, { set }, async ({ controller, lookup }) => {
      await lookup.authorize(push)
      controller.epoch = 'epoch-2'
      controller.deleteApp('web')
      await lookup.authorize({ ...push, app: 'shop' })
      expect(await lookup.authorize(push)).toMatchObject({ kind: 'denied', epoch: 'epoch-2' })
    }))

  test('asks for each of several pushes that miss at one time', () =>
    withRig(ttlCache, { set }, async ({ controller, lookup }) => {
      const decisions = await Promise.all([push, push, foreign].map(lookup.authorize))
      expect(decisions).toMatchObject(
        ['allowed', 'allowed', 'denied'].map((kind) => ({ kind, copyAgeMs: 0 })),
      )
      expect(controller.requests).toHaveLength(3)
    }))

  test('identifies a key by asking each time', () =>
    withRig(ttlCache, { set }, async ({ controller, lookup }) => {
      expect(await lookup.identify(push.key)).toEqual({ kind: 'user', user: 'alice' })
      controller.removeKey(push.key.fingerprint)
      expect(await lookup.identify(push.key)).toEqual({ kind: 'unknown-key' })
    }))

  test('remembers no more decisions than it may', () =>
    withRig(ttlCache, { set: { ...set, maxEntries: 1 } }, async ({ controller, lookup }) => {
      for (const request of [push, foreign, push]) await lookup.authorize(request)
      expect(controller.requests).toHaveLength(3)
    }))

  test('claims for an app the longer of both times: one is created again behind a permission', () => {
    const knobs = { ttlMs: 100, negativeTtlMs: 40, timeoutMs: 50, maxEntries: 1 }
    expect(ttlCache.claim(knobs).grant).toMatchObject({ app: { ms: 100 }, permission: { ms: 40 } })
    const swapped = ttlCache.claim({ ...knobs, ttlMs: 40, negativeTtlMs: 100 })
    expect(swapped.grant).toMatchObject({ app: { ms: 100 }, permission: { ms: 100 } })
    expect(swapped.outage).toEqual({ kind: 'bounded', ms: 100 })
  })
})

function elapseUntil({ elapse, now }: Rig, time: number): Promise<void> {
  return elapse(time - now())
}
