import { strategies } from '@keyrace/key-lookup'
import { describe, expect, test } from 'vitest'
import { keyOf, withRig } from '../testing/strategy-rig.ts'

const { combined } = strategies
const alice = { kind: 'user', user: 'alice' }
const alices = { app: 'web', user: 'alice', key: keyOf('alice') }

describe('many connections at one time', () => {
  test('that offer the same key ask once whose it is', () =>
    withRig(combined, {}, async ({ controller, lookup }) => {
      const keys = [keyOf('alice'), keyOf('alice'), keyOf('bob'), keyOf('alice')]
      const answers = await Promise.all(keys.map(lookup.identify))
      expect(answers).toEqual([alice, alice, { kind: 'user', user: 'bob' }, alice])
      expect(controller.requests).toHaveLength(2)
    }))

  test('ask again each once the answer is there', () =>
    withRig(combined, {}, async ({ controller, lookup }) => {
      expect(await lookup.identify(alices.key)).toEqual(alice)
      await controller.removeKey('alice', alices.key)
      expect(await lookup.identify(alices.key)).toEqual({ kind: 'unknown-key' })
    }))

  test('are not told what was read before they came', () =>
    withRig(combined, {}, async ({ controller, lookup, elapse }) => {
      const second = keyOf('alice', 'second')
      controller.answersAfterMs = 20
      const early = lookup.identify(second)
      await elapse(15)
      await controller.addKey('alice', second)
      expect(await lookup.identify(second)).toEqual(alice)
      expect(await early).toEqual({ kind: 'unknown-key' })
    }))

  test('ask each whether they may push: what another one is told may be from before their exec request', () =>
    withRig(combined, {}, async ({ controller, lookup }) => {
      await Promise.all([alices, alices, alices].map(lookup.authorize))
      expect(controller.requests).toHaveLength(3)
    }))

  test('are not held up by one whose question hangs', () =>
    withRig(combined, {}, async ({ controller, lookup, elapse, now }) => {
      controller.fault = 'silent'
      const hanging = lookup.identify(alices.key)
      await elapse(50)
      controller.fault = 'none'
      const others = [lookup.identify(alices.key), lookup.identify(alices.key)]
      expect(await Promise.all(others)).toEqual([alice, alice])
      expect(now()).toBeLessThan(120)
      expect(await lookup.identify(alices.key)).toEqual(alice)
      expect(now()).toBeLessThan(130)
      // In the half of its time that is left it is asked again.
      expect(await hanging).toEqual({ kind: 'unavailable', reason: 'timeout' })
    }))

  test('wait no longer than their timeout, together or alone', () =>
    withRig(combined, { set: { timeoutMs: 70 } }, async ({ controller, lookup, now }) => {
      controller.fault = 'silent'
      const answers = await Promise.all([alices.key, alices.key].map(lookup.identify))
      expect(answers).toEqual(Array(2).fill({ kind: 'unavailable', reason: 'timeout' }))
      expect(now()).toBeCloseTo(70, 9)
    }))
})
