import { strategies } from '@keyrace/key-lookup'
import { describe, expect, test } from 'vitest'
import { keyOf, withRig } from '../testing/strategy-rig.ts'

const { delta } = strategies
const push = { app: 'web', user: 'alice', key: keyOf('alice') }
const set = { timeoutMs: 400 }

describe('delta', () => {
  test('asks one question for each push, and takes one snapshot in its life', () =>
    withRig(delta, { set }, async ({ controller, lookup, elapse }) => {
      await lookup.start()
      for (const user of ['alice', 'bob', 'root', 'mallory']) {
        await lookup.identify(keyOf(user))
        await lookup.authorize({ ...push, user, key: keyOf(user) })
        await controller.createApp(`of-${user}`, user)
        await elapse(10_000)
      }
      const asked = ['identify GET /v2/hooks/changes', 'authorize GET /v2/hooks/changes']
      expect(controller.requests).toEqual([
        'background GET /v2/hooks/snapshot',
        'background GET /v2/hooks/changes',
        ...Array(4).fill(asked).flat(),
      ])
    }))

  test('answers as of each push, however long nobody has pushed', () =>
    withRig(delta, { set }, async ({ controller, lookup, elapse }) => {
      await lookup.start()
      expect(await lookup.authorize(push)).toMatchObject({ kind: 'allowed' })
      await elapse(3_600_000)
      await controller.deleteApp('web')
      expect(await lookup.authorize(push)).toMatchObject({ kind: 'denied', code: 'app-not-found' })
    }))

  test('never takes the answer to a question that was sent before the push', () =>
    withRig(delta, { set }, async ({ controller, lookup, elapse }) => {
      await lookup.start()
      // Read by the controller within 10 ms, and on its way back for longer.
      controller.answersAfterMs = 20
      const early = lookup.authorize(push)
      await elapse(15)
      await controller.deleteApp('web')
      const late = Array.from({ length: 5 }, () => lookup.authorize(push))
      expect(await early).toMatchObject({ kind: 'allowed' })
      for (const decision of await Promise.all(late)) {
        expect(decision).toMatchObject({ kind: 'denied' })
      }
    }))

  test('asks once for all pushes of one time', () =>
    withRig(delta, { set }, async ({ controller, lookup }) => {
      await lookup.start()
      const before = controller.requests.length
      await Promise.all(Array.from({ length: 100 }, () => lookup.authorize(push)))
      expect(controller.requests.length - before).toBe(1)
    }))

  test('remembers no failure', () =>
    withRig(delta, { set }, async ({ controller, lookup }) => {
      await lookup.start()
      controller.fault = 'silent'
      expect(await lookup.authorize(push)).toEqual({ kind: 'unknown', reason: 'timeout' })
      controller.fault = 'none'
      expect(await lookup.authorize(push)).toMatchObject({ kind: 'allowed' })
    }))
})
