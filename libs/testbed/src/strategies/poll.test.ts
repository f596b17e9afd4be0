import { strategies } from '@keyrace/key-lookup'
import { describe, expect, test } from 'vitest'
import { keyOf, type StrategyRig, withRig } from '../testing/strategy-rig.ts'

const { poll } = strategies
const push = { app: 'web', user: 'alice', key: keyOf('alice') }
const set = { intervalMs: 100, timeoutMs: 50 }

describe('poll', () => {
  test('reads once each interval, whatever is pushed', () =>
    withRig(poll, { set }, async ({ controller, lookup, elapse }) => {
      await lookup.start()
      for (let pushes = 0; pushes < 500; pushes++) await lookup.authorize(push)
      await elapse(950)
      expect(controller.requests).toEqual(Array(10).fill('background GET /v2/hooks/snapshot'))
    }))

  test('may admit a push to a deleted app until the next read, and says how old its copy is', () =>
    withRig(poll, { set }, async ({ controller, lookup, elapse, now }) => {
      await lookup.start()
      await controller.deleteApp('web')
      await elapse(60)
      const copyAgeMs = expect.closeTo(now(), 9)
      expect(await lookup.authorize(push)).toMatchObject({ kind: 'allowed', copyAgeMs })
    }))

  test('goes on with its copy through a failure, to the last microsecond of its bound', () =>
    withRig(poll, { set }, async (rig) => {
      await rig.lookup.start()
      rig.controller.fault = 'server-error'
      await elapseUntil(rig, 149.999)
      expect(await rig.lookup.authorize(push)).toMatchObject({ kind: 'allowed' })
      await elapseUntil(rig, 150.001)
      expect(await rig.lookup.authorize(push)).toEqual({ kind: 'unknown', reason: 'copy-too-old' })
    }))

  test('has at most one read under way, and pauses between two, however slow the answers are', () =>
    withRig(poll, { set: { ...set, intervalMs: 10 } }, async ({ controller, lookup, elapse }) => {
      controller.fault = 'silent'
      await lookup.start()
      await elapse(510 - 50)
      expect(controller.requests).toHaveLength(10)
    }))

  test('says that there is no copy before the first read has come', () =>
    withRig(poll, { set }, async ({ lookup }) => {
      const starting = lookup.start()
      expect(await lookup.authorize(push)).toEqual({ kind: 'unknown', reason: 'no-copy-yet' })
      await starting
      expect(await lookup.authorize(push)).toMatchObject({ kind: 'allowed' })
    }))
})

function elapseUntil({ elapse, now }: StrategyRig, time: number): Promise<void> {
  return elapse(time - now())
}
