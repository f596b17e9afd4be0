import { strategies } from '@keyrace/key-lookup'
import { describe, expect, test } from 'vitest'
import { keyOf, type StrategyRig, withRig } from '../testing/strategy-rig.ts'

const ttlCache = strategies['ttl-cache']
const push = { app: 'web', user: 'alice', key: keyOf('alice') }
const foreign = { app: 'web', user: 'mallory', key: keyOf('mallory') }
const set = { ttlMs: 100, negativeTtlMs: 40, timeoutMs: 50 }

describe('ttl-cache', () => {
  test('asks once while its answer is young, and tells how old the answer is', () =>
    withRig(ttlCache, { set }, async ({ controller, lookup, elapse, now }) => {
      const sentAt = now()
      expect(await lookup.authorize(push)).toMatchObject({ source: 'rpc', copyAgeMs: 0 })
      await elapse(60)
      const ageMs = now() - sentAt
      for (let pushes = 0; pushes < 5; pushes++) {
        const decision = await lookup.authorize(push)
        expect(decision).toMatchObject({ source: 'cache', copyAgeMs: expect.closeTo(ageMs, 9) })
      }
      expect(controller.requests).toEqual(['authorize GET /v2/hooks/key/:fingerprint'])
    }))

  test('may admit a push to a deleted app until the time to live is over, and no longer', () =>
    withRig(ttlCache, { set }, async (rig) => {
      const { controller, lookup } = rig
      await lookup.authorize(push)
      await controller.deleteApp('web')
      await elapseUntil(rig, 99.999)
      expect(await lookup.authorize(push)).toMatchObject({
        kind: 'allowed',
        copyAgeMs: expect.closeTo(99.999, 9),
      })
      await elapseUntil(rig, 100.001)
      expect(await lookup.authorize(push)).toMatchObject({ kind: 'denied', source: 'rpc' })
    }))

  test('asks anew after a long rest, before it answers', () =>
    withRig(ttlCache, { set }, async ({ controller, lookup, elapse }) => {
      await lookup.authorize(push)
      await elapse(100_000)
      await controller.deleteApp('web')
      expect(await lookup.authorize(push)).toMatchObject({ kind: 'denied', source: 'rpc' })
    }))

  test('may deny what was granted until the negative time to live is over, and no longer', () =>
    withRig(ttlCache, { set }, async (rig) => {
      const { controller, lookup } = rig
      await lookup.authorize(foreign)
      await controller.grant('web', 'mallory')
      await elapseUntil(rig, 39.999)
      expect(await lookup.authorize(foreign)).toMatchObject({ kind: 'denied', source: 'cache' })
      await elapseUntil(rig, 40.001)
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
      await controller.restore()
      await controller.deleteApp('web')
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
      await controller.removeKey('alice', push.key)
      expect(await lookup.identify(push.key)).toEqual({ kind: 'unknown-key' })
    }))

  test('remembers no more decisions than it may', () =>
    withRig(ttlCache, { set: { ...set, maxEntries: 1 } }, async ({ controller, lookup }) => {
      for (const request of [push, foreign, push]) await lookup.authorize(request)
      expect(controller.requests).toHaveLength(3)
    }))

  test('claims for an app the longer of both times: one is created again behind a permission', () => {
    const knobs = { ...set, confirmDenials: 0, maxEntries: 1 }
    expect(ttlCache.claim(knobs).grant).toMatchObject({ app: { ms: 100 }, permission: { ms: 40 } })
    const swapped = ttlCache.claim({ ...knobs, ttlMs: 40, negativeTtlMs: 100 })
    expect(swapped.grant).toMatchObject({ app: { ms: 100 }, permission: { ms: 100 } })
    expect(swapped.outage).toEqual({ kind: 'bounded', ms: 100 })
    const confirmed = ttlCache.claim({ ...knobs, confirmDenials: 1 })
    expect(confirmed.grant).toMatchObject({ app: { ms: 100 }, permission: { ms: 0 } })
  })
})

function elapseUntil({ elapse, now }: StrategyRig, time: number): Promise<void> {
  return elapse(time - now())
}
