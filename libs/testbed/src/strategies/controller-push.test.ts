import { type Strategy, strategies } from '@keyrace/key-lookup'
import { describe, expect, test } from 'vitest'
import { keyOf, withRig } from '../testing/strategy-rig.ts'
import { describeStrategy } from '../testing/strategy-suite.ts'

const controllerPush: Strategy = strategies['controller-push']
const set = { reconcileMs: 200, termMs: 900, timeoutMs: 100 }
const push = { app: 'web', user: 'bob', key: keyOf('bob') }

describeStrategy('controller-push without acknowledgements', withDefault('acknowledged', 0), {})

describe('controller-push', () => {
  test('answers from what it was told, and asks nothing at a push', () =>
    withRig(controllerPush, { set }, async ({ controller, lookup }) => {
      await lookup.start()
      const asked = controller.requests.length
      await controller.grant('web', 'mallory')
      await controller.revokeGrant('web', 'bob')
      const mallory = { ...push, user: 'mallory', key: keyOf('mallory') }
      expect(await lookup.authorize(mallory)).toMatchObject({ kind: 'allowed', source: 'push' })
      expect(await lookup.authorize(push)).toMatchObject({ kind: 'denied', source: 'push' })
      expect(controller.requests).toHaveLength(asked)
    }))

  test('has one request under way each reconcile period while nothing is missed', () =>
    withRig(controllerPush, { set }, async ({ controller, lookup, elapse }) => {
      await lookup.start()
      const asked = controller.requests.length
      await elapse(1_000)
      const later = controller.requests.slice(asked)
      expect(new Set(later)).toEqual(new Set(['background POST /v2/hooks/builders']))
      expect(later.length).toBeLessThanOrEqual(5)
    }))

  test('takes changes in the order in which they were committed, however many come at once', () =>
    withRig(controllerPush, { set }, async ({ controller, lookup }) => {
      await lookup.start()
      const asked = controller.requests.length
      const names = Array.from({ length: 50 }, (_, index) => `app-${index}`)
      await Promise.all(names.map((name) => controller.createApp(name, 'bob')))
      await Promise.all(
        names.map(async (name) => {
          await controller.deleteApp(name)
          await controller.createApp(name, 'alice')
          expect(await lookup.authorize({ ...push, app: name })).toMatchObject({
            ...{ kind: 'denied', code: 'forbidden', source: 'push' },
          })
        }),
      )
      expect(controller.requests.slice(asked)).not.toContain('authorize POST /v2/hooks/authorize')
    }))

  test('knows what had happened before it began', () =>
    withRig(controllerPush, { set }, async ({ controller, lookup }) => {
      await controller.revokeGrant('web', 'bob')
      await lookup.start()
      expect(await lookup.authorize(push)).toMatchObject({ kind: 'denied', source: 'push' })
    }))

  test('that can be heard and not reached holds a mutation up for a term, and is right after it', async () => {
    let isCut = false
    const rig = { set, isCut: (_: string, to: string) => isCut && to === 'inbox' }
    await withRig(controllerPush, rig, async ({ controller, lookup, elapse, now }) => {
      await lookup.start()
      isCut = true
      const sentAt = now()
      await controller.revokeGrant('web', 'bob')
      expect(now() - sentAt).toBeGreaterThan(set.termMs / 2)
      expect(now() - sentAt).toBeLessThan(set.termMs + set.timeoutMs)
      expect(await lookup.authorize(push)).toMatchObject({ kind: 'denied' })
      isCut = false
      await elapse(set.reconcileMs + set.timeoutMs)
      expect(await lookup.authorize(push)).toMatchObject({ kind: 'denied', source: 'push' })
    })
  })

  test('that is cut off knows nothing any more by the time that a mutation is acknowledged', async () => {
    let isCut = false
    const rig = { set, isCut: () => isCut }
    await withRig(controllerPush, rig, async ({ controller, lookup, elapse }) => {
      await lookup.start()
      isCut = true
      await controller.revokeGrant('web', 'bob')
      expect(await lookup.authorize(push)).toEqual({ kind: 'unknown', reason: 'timeout' })
      isCut = false
      await elapse(set.reconcileMs + 2 * set.timeoutMs)
      expect(await lookup.authorize(push)).toMatchObject({ kind: 'denied', source: 'push' })
    })
  })

  test('finds out what it was not told within a reconcile period, without acknowledgements', async () => {
    const rig = {
      set: { ...set, acknowledged: 0 },
      isCut: (_: string, to: string) => to === 'inbox',
    }
    await withRig(controllerPush, rig, async ({ controller, lookup, elapse, now }) => {
      await lookup.start()
      const sentAt = now()
      await controller.revokeGrant('web', 'bob')
      expect(now() - sentAt).toBeLessThan(5)
      expect(await lookup.authorize(push)).toMatchObject({ kind: 'allowed', source: 'push' })
      await elapse(set.reconcileMs + set.timeoutMs)
      expect(await lookup.authorize(push)).toMatchObject({ kind: 'denied', source: 'push' })
      await elapse(set.termMs)
    })
  })

  test('holds nothing up once it is closed', () =>
    withRig(controllerPush, { set }, async ({ controller, lookup, now }) => {
      await lookup.start()
      await lookup.close()
      const sentAt = now()
      await controller.revokeGrant('web', 'bob')
      expect(now() - sentAt).toBeLessThan(5)
    }))
})

/** The same with another knob by default. */
function withDefault(name: string, value: number): Strategy {
  const knob = controllerPush.knobs[name]
  if (knob === undefined) throw new Error(`there is no knob ${name}`)
  return {
    ...controllerPush,
    knobs: { ...controllerPush.knobs, [name]: { ...knob, default: value } },
  }
}
