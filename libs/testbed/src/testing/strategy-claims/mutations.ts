import type { Strategy } from '@keyrace/key-lookup'
import { expect } from 'vitest'
import { keyOf, type People, withRig } from '../strategy-rig.ts'
import { claimOf, elapse, everyBound } from './bounds.ts'
import { push } from './push.ts'

/** What changes is honoured once its claimed bound is over. */
export const mutations = {
  'denies a removed key once its bound is over': (strategy: Strategy) =>
    revoked(strategy, 'key', ({ removeKey }) => removeKey('bob', keyOf('bob'))),

  'denies a user whose permission was removed, once its bound is over': (strategy: Strategy) =>
    revoked(strategy, 'permission', ({ revokeGrant }) => revokeGrant('web', 'bob')),

  'denies a deleted app once its bound is over': (strategy: Strategy) =>
    revoked(strategy, 'app', ({ deleteApp }) => deleteApp('web')),

  'denies a user who has cancelled the account, once the bound of their keys is over': (
    strategy: Strategy,
  ) =>
    revoked(strategy, 'key', async ({ cancel, transferApp }) => {
      await transferApp('shop', 'alice')
      await cancel('bob')
    }),

  'admits nobody by a right that was removed while the controller fell silent, once its bound is over':
    (strategy: Strategy) => revokedInSilence(strategy),

  'knows a key as that of the user who has it now, once its bounds are over': (
    strategy: Strategy,
  ) =>
    withRig(strategy, {}, async (rig) => {
      const { controller, lookup } = rig
      await lookup.start()
      expect(await lookup.identify(keyOf('bob'))).toEqual({ kind: 'user', user: 'bob' })
      expect(await push(lookup, 'bob')).toMatchObject({ kind: 'allowed' })
      await controller.removeKey('bob', keyOf('bob'))
      await controller.addKey('alice', keyOf('bob'))
      await elapse(rig, strategy, ({ grant }) => [grant.key])
      expect(await lookup.identify(keyOf('bob'))).toEqual({ kind: 'user', user: 'alice' })
      const request = { app: 'web', user: 'alice', key: keyOf('bob') }
      expect(await lookup.authorize(request)).toMatchObject({ kind: 'allowed' })
      await elapse(rig, strategy, ({ revocation }) => [revocation.key])
      expect(await push(lookup, 'bob')).toMatchObject({ kind: 'denied' })
    }),

  'takes a transferred app from its former owner, and admits the new one, once their bounds are over':
    (strategy: Strategy) =>
      withRig(strategy, {}, async (rig) => {
        const { controller, lookup } = rig
        await lookup.start()
        expect(await push(lookup, 'alice')).toMatchObject({ kind: 'allowed' })
        expect(await push(lookup, 'mallory')).toMatchObject({ kind: 'denied' })
        await controller.transferApp('web', 'mallory')
        await elapse(rig, strategy, ({ revocation }) => [revocation.permission])
        expect(await push(lookup, 'alice')).toMatchObject({ kind: 'denied', code: 'forbidden' })
        await elapse(rig, strategy, ({ grant }) => [grant.permission])
        expect(await push(lookup, 'mallory')).toMatchObject({ kind: 'allowed', generation: 1 })
        expect(await push(lookup, 'bob')).toMatchObject({ kind: 'allowed', generation: 1 })
      }),

  'names the generation of an app that was created again, once its bounds are over': (
    strategy: Strategy,
  ) =>
    withRig(strategy, {}, async (rig) => {
      const { controller, lookup } = rig
      await lookup.start()
      expect(await push(lookup, 'root')).toMatchObject({ kind: 'allowed', generation: 1 })
      await controller.deleteApp('web')
      await controller.createApp('web', 'alice')
      await elapse(rig, strategy, ({ revocation, grant }) => [revocation.app, grant.app])
      expect(await push(lookup, 'root')).toMatchObject({ kind: 'allowed', generation: 2 })
    }),

  'takes no permission on an app for one on the next of its name': (strategy: Strategy) =>
    withRig(strategy, {}, async (rig) => {
      const { controller, lookup } = rig
      await lookup.start()
      for (const user of ['alice', 'bob']) {
        expect(await push(lookup, user)).toMatchObject({ kind: 'allowed', generation: 1 })
      }
      await controller.deleteApp('web')
      await controller.createApp('web', 'mallory')
      await elapse(rig, strategy, ({ revocation, grant }) => [revocation.app, grant.app])
      expect(await push(lookup, 'alice')).toMatchObject({ kind: 'denied' })
      expect(await push(lookup, 'bob')).toMatchObject({ kind: 'denied' })
      expect(await push(lookup, 'mallory')).toMatchObject({ kind: 'allowed', generation: 2 })
    }),

  'admits to an app that was created, once its bound is over': (strategy: Strategy) =>
    withRig(strategy, {}, async (rig) => {
      await rig.lookup.start()
      expect(await push(rig.lookup, 'bob', 'blog')).toMatchObject({ kind: 'denied' })
      await rig.controller.createApp('blog', 'bob')
      await elapse(rig, strategy, ({ grant }) => [grant.app])
      expect(await push(rig.lookup, 'bob', 'blog')).toMatchObject({ kind: 'allowed' })
    }),

  'admits a user who was granted permission, once its bound is over': (strategy: Strategy) =>
    withRig(strategy, {}, async (rig) => {
      await rig.lookup.start()
      expect(await push(rig.lookup, 'mallory')).toMatchObject({ kind: 'denied' })
      await rig.controller.grant('web', 'mallory')
      await elapse(rig, strategy, ({ grant }) => [grant.permission])
      expect(await push(rig.lookup, 'mallory')).toMatchObject({ kind: 'allowed' })
    }),

  'knows and admits a key that was added, once its bound is over': (strategy: Strategy) =>
    withRig(strategy, {}, async (rig) => {
      const { controller, lookup } = rig
      const request = { app: 'web', user: 'alice', key: keyOf('alice', 'second') }
      await lookup.start()
      expect(await lookup.identify(request.key)).toEqual({ kind: 'unknown-key' })
      expect(await lookup.authorize(request)).toMatchObject({ kind: 'denied' })
      await controller.addKey('alice', request.key)
      await elapse(rig, strategy, ({ grant }) => [grant.key])
      expect(await lookup.identify(request.key)).toEqual({ kind: 'user', user: 'alice' })
      expect(await lookup.authorize(request)).toMatchObject({ kind: 'allowed' })
    }),

  'serves nothing of a history that a restored backup has ended, once its bounds are over': (
    strategy: Strategy,
  ) =>
    withRig(strategy, {}, async (rig) => {
      const { controller, lookup } = rig
      const second = { app: 'web', user: 'alice', key: keyOf('alice', 'second') }
      await controller.grant('web', 'mallory')
      await controller.revokeGrant('web', 'bob')
      await controller.addKey('alice', second.key)
      await controller.deleteApp('shop')
      await controller.createApp('shop', 'alice')
      await lookup.start()
      expect(await push(lookup, 'mallory')).toMatchObject({ kind: 'allowed', epoch: 'epoch-1' })
      expect(await push(lookup, 'bob')).toMatchObject({ kind: 'denied' })
      expect(await push(lookup, 'alice', 'shop')).toMatchObject({ kind: 'allowed', generation: 2 })
      expect(await lookup.authorize(second)).toMatchObject({ kind: 'allowed' })
      expect(await lookup.identify(second.key)).toMatchObject({ kind: 'user' })
      await controller.restore()
      await elapse(rig, strategy, everyBound)
      expect(await push(lookup, 'mallory')).toMatchObject({ kind: 'denied', epoch: 'epoch-2' })
      expect(await push(lookup, 'bob')).toMatchObject({ kind: 'allowed', epoch: 'epoch-2' })
      expect(await push(lookup, 'alice', 'shop')).toMatchObject({ kind: 'denied' })
      expect(await push(lookup, 'bob', 'shop')).toMatchObject({ kind: 'allowed', generation: 1 })
      expect(await lookup.authorize(second)).toMatchObject({ kind: 'denied' })
      expect(await lookup.identify(second.key)).toEqual({ kind: 'unknown-key' })
    }),
}

/**
 * bob may push to web, until a revocation. It comes at several moments, so that it meets each phase of
 * whatever the strategy repeats, and of a push.
 */
async function revoked(
  strategy: Strategy,
  kind: 'app' | 'permission' | 'key',
  revoke: (people: People) => Promise<void>,
): Promise<void> {
  const bound = claimOf(strategy).revocation[kind]
  expect(bound.ms, 'a bound without end is an exception of the suite').not.toBeNull()
  for (let phase = 0; phase < 10; phase++) {
    await withRig(strategy, { seed: phase }, async (rig) => {
      await rig.lookup.start()
      await rig.elapse((phase / 10) * (bound.ms ?? 0))
      expect(await rig.lookup.identify(keyOf('bob'))).toMatchObject({ kind: 'user' })
      expect(await push(rig.lookup, 'bob')).toMatchObject({ kind: 'allowed' })
      const overlapping = push(rig.lookup, 'bob')
      await rig.elapse(phase / 2)
      await revoke(rig.controller)
      await elapse(rig, strategy, ({ revocation }) => [revocation[kind]])
      expect(await push(rig.lookup, 'bob')).toMatchObject({ kind: 'denied' })
      // Nor does an answer that was read before the revocation bring the right back.
      await overlapping
      expect(await push(rig.lookup, 'bob')).toMatchObject({ kind: 'denied' })
      const identified = { kind: kind === 'key' ? 'unknown-key' : 'user' }
      expect(await rig.lookup.identify(keyOf('bob'))).toMatchObject(identified)
    })
  }
}

/**
 * The silence ends at several moments after the revocation, and then comes what was held up: it is no younger
 * than it was when it was sent.
 */
async function revokedInSilence(strategy: Strategy): Promise<void> {
  const { app } = claimOf(strategy).revocation
  const boundMs = app.ms ?? 0
  for (let phase = 0; phase < 10; phase++) {
    await withRig(strategy, { seed: phase }, async (rig) => {
      const { controller, lookup } = rig
      await lookup.start()
      expect(await push(lookup, 'bob')).toMatchObject({ kind: 'allowed' })
      controller.fault = 'silent'
      await rig.elapse((phase / 10) * boundMs)
      await controller.deleteApp('web')
      await rig.elapse((1 - phase / 10) * boundMs)
      controller.fault = 'none'
      await rig.elapse((phase / 10) * boundMs)
      expect(await push(lookup, 'bob')).not.toMatchObject({ kind: 'allowed' })
      await elapse(rig, strategy, everyBound)
      expect(await push(lookup, 'bob')).toMatchObject({ kind: 'denied' })
    })
  }
}
