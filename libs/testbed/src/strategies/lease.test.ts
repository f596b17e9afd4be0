import { createRandom, integer } from '@keyrace/environment'
import { type Decision, strategies } from '@keyrace/key-lookup'
import { describe, expect, test } from 'vitest'
import { keyOf, type StrategyRig, withRig } from '../testing/strategy-rig.ts'

const { lease } = strategies
const termMs = 1_000
const usableMs = 0.8 * termMs
const set = { termMs, timeoutMs: 300 }
const push = { app: 'web', user: 'bob', key: keyOf('bob') }
const served = { kind: 'allowed', source: 'lease' }
const asked = { kind: 'allowed', source: 'rpc' }

describe('lease', () => {
  test('asks nothing at a push once it has asked, however long ago', () =>
    withRig(lease, { set }, async (rig) => {
      await warmUp(rig)
      await rig.elapse(60_000)
      const before = rig.controller.requests.length
      expect(await rig.lookup.identify(push.key)).toEqual({ kind: 'user', user: 'bob' })
      expect(await rig.lookup.authorize(push)).toMatchObject(served)
      expect(rig.controller.requests).toHaveLength(before)
    }))

  test('has one request under way at a time, and few of them', () =>
    withRig(lease, { set }, async ({ controller, lookup, elapse }) => {
      await lookup.start()
      await elapse(10 * termMs)
      expect(new Set(controller.requests)).toEqual(new Set(['background POST /v2/hooks/lease']))
      expect(controller.requests.length).toBeLessThan(60)
    }))

  test('remembers no denial', () =>
    withRig(lease, { set }, async ({ controller, lookup }) => {
      await lookup.start()
      const mallory = { ...push, user: 'mallory', key: keyOf('mallory') }
      for (let pushes = 0; pushes < 2; pushes++) {
        expect(await lookup.authorize(mallory)).toMatchObject({ kind: 'denied', source: 'rpc' })
      }
      await controller.grant('web', 'mallory')
      expect(await lookup.authorize(mallory)).toMatchObject(asked)
    }))

  test('forgets what is revoked and nothing else, and holds nobody up', () =>
    withRig(lease, { set }, async (rig) => {
      const { controller, lookup, now } = rig
      await warmUp(rig)
      const own = { app: 'web', user: 'alice', key: keyOf('alice') }
      await lookup.authorize(own)
      const sentAt = now()
      await controller.revokeGrant('web', 'bob')
      expect(now() - sentAt).toBeLessThan(50)
      expect(await lookup.authorize(push)).toMatchObject({ kind: 'denied', source: 'rpc' })
      expect(await lookup.authorize(own)).toMatchObject(served)
    }))

  test('is not disturbed by mutations that are refused', () =>
    withRig(lease, { set }, async (rig) => {
      await warmUp(rig)
      const before = rig.controller.requests.length
      await expect(rig.controller.deleteApp('nothing')).rejects.toThrow()
      await expect(rig.controller.removeKey('bob', keyOf('alice'))).rejects.toThrow()
      await expect(rig.controller.cancel('bob')).rejects.toThrow()
      expect(rig.controller.requests.length - before).toBeLessThan(2)
      expect(await rig.lookup.authorize(push)).toMatchObject(served)
    }))

  test('remembers nothing of an app that was created again', () =>
    withRig(lease, { set }, async (rig) => {
      await warmUp(rig)
      await rig.controller.deleteApp('web')
      await rig.controller.createApp('web', 'bob')
      expect(await rig.lookup.authorize(push)).toMatchObject({ ...asked, generation: 2 })
      expect(await rig.lookup.authorize(push)).toMatchObject({ ...served, generation: 2 })
    }))

  test('goes on through a lost renewal', async () => {
    let isCut = false
    await withRig(lease, { set, isCut: () => isCut }, async (rig) => {
      await warmUp(rig)
      isCut = true
      await rig.elapse(usableMs / 4)
      isCut = false
      for (let instants = 0; instants < 40; instants++) {
        await rig.elapse(usableMs / 20)
        expect(await rig.lookup.authorize(push)).toMatchObject(served)
      }
    })
  })

  test.each([
    ['from it', (from: string) => from === 'builder-1'],
    ['to it', (_: string, to: string) => to === 'builder-1'],
    ['either way', () => true],
  ])(
    'that is cut off %s serves no longer than its lease, which is as long as a revocation waits',
    async (_, cuts) => {
      let isCut = false
      const isLost = (from: string, to: string) => isCut && cuts(from, to)
      await withRig(lease, { set, isCut: isLost }, async (rig) => {
        const { controller, lookup, now } = rig
        await warmUp(rig)
        isCut = true
        expect(await lookup.authorize(push)).toMatchObject(served)
        const sentAt = now()
        await controller.revokeGrant('web', 'bob')
        expect(now() - sentAt).toBeGreaterThan(termMs / 2)
        expect(now() - sentAt).toBeLessThan(termMs + 50)
        expect(await lookup.authorize(push)).toEqual({ kind: 'unknown', reason: 'timeout' })
        isCut = false
        expect(await lookup.authorize(push)).toMatchObject({ kind: 'denied' })
      })
    },
  )

  test('that is cut off holds up a hundred revocations for one term, and later ones not at all', async () => {
    let isCut = false
    await withRig(lease, { set, isCut: () => isCut }, async (rig) => {
      const { controller, now } = rig
      const names = Array.from({ length: 100 }, (_, index) => `app-${index}`)
      for (const name of names) await controller.createApp(name, 'alice')
      await warmUp(rig)
      isCut = true
      const sentAt = now()
      await Promise.all(names.map((name) => controller.deleteApp(name)))
      expect(now() - sentAt).toBeLessThan(termMs + 100)
      const laterAt = now()
      await controller.deleteApp('web')
      expect(now() - laterAt).toBeLessThan(50)
    })
  })

  test('says goodbye when it is closed: nobody waits for it', () =>
    withRig(lease, { set }, async (rig) => {
      await warmUp(rig)
      await rig.lookup.close()
      const sentAt = rig.now()
      await rig.controller.deleteApp('web')
      expect(rig.now() - sentAt).toBeLessThan(50)
    }))

  test('begins with nothing where the controller does not know it any more', () =>
    withRig(lease, { set }, async (rig) => {
      await warmUp(rig)
      await rig.controller.restore()
      await rig.elapse(usableMs + 2 * set.timeoutMs)
      expect(await rig.lookup.authorize(push)).toMatchObject(asked)
      expect(await rig.lookup.authorize(push)).toMatchObject(served)
    }))

  test('forgets the oldest beyond its bound', () =>
    withRig(lease, { set: { ...set, maxEntries: 1 } }, async ({ lookup }) => {
      await lookup.start()
      const own = { app: 'shop', user: 'bob', key: keyOf('bob') }
      expect(await lookup.authorize(push)).toMatchObject(asked)
      expect(await lookup.authorize(own)).toMatchObject(asked)
      expect(await lookup.authorize(own)).toMatchObject(served)
      expect(await lookup.authorize(push)).toMatchObject(asked)
    }))

  test.each([1, 2, 3, 4, 5, 6])(
    'is linearizable on a network that fails at random, seed %i',
    async (seed) => {
      const { decisions, sources } = await raceOnBadNetwork(seed)
      expect(staleAmong(decisions)).toEqual([])
      // Neither is it right because it never answers, nor because it always asks.
      expect(sources.lease).toBeGreaterThan(100)
      expect(sources.rpc).toBeGreaterThan(20)
      expect(decisions.filter(({ kind }) => kind === 'revoked').length).toBeGreaterThan(5)
    },
  )
})

interface Observed {
  readonly kind: Decision['kind'] | 'granted' | 'revoked'
  readonly from: number
  readonly to: number
}

/** Pushes of one user, whose permission comes and goes, while each way to the controller fails now and then. */
async function raceOnBadNetwork(seed: number) {
  const random = createRandom(seed)
  const spellMs = 300
  const isCut = (from: string) => integer(random, 0, 10, from, `${Math.floor(now() / spellMs)}`) < 3
  let now = () => 0
  const decisions: Observed[] = []
  const sources = { lease: 0, rpc: 0 }
  await withRig(lease, { set, seed, isCut }, async (rig) => {
    const { controller, lookup, elapse } = rig
    const endsAt = rig.now() + 30_000
    now = rig.now
    await lookup.start()
    await Promise.all([changeMinds(), ...Array.from({ length: 3 }, (_, lane) => pushes(lane))])

    async function changeMinds() {
      for (let turn = 0; now() < endsAt; turn++) {
        await observe('revoked', () => controller.revokeGrant('web', 'bob'))
        await elapse(integer(random, 1, 1_500, 'denied', `${turn}`))
        await observe('granted', () => controller.grant('web', 'bob'))
        await elapse(integer(random, 1, 1_500, 'allowed', `${turn}`))
      }
    }

    async function pushes(lane: number) {
      for (let turn = 0; now() < endsAt; turn++) {
        const from = now()
        const decision = await lookup.authorize(push)
        decisions.push({ kind: decision.kind, from, to: now() })
        if (decision.kind === 'allowed') sources[decision.source === 'lease' ? 'lease' : 'rpc']++
        await elapse(integer(random, 1, 60, `lane ${lane}`, `${turn}`))
      }
    }

    async function observe(kind: Observed['kind'], change: () => Promise<void>) {
      const from = now()
      await change()
      decisions.push({ kind, from, to: now() })
    }
  })
  return { decisions, sources }
}

/**
 * Admissions that began after it was known that the permission is gone (by the acknowledgement, or because another
 * push was denied since the revocation began), and ended before it was granted again.
 */
function staleAmong(decisions: readonly Observed[]): Observed[] {
  const granted = decisions.filter(({ kind }) => kind === 'granted')
  return decisions
    .filter(({ kind }) => kind === 'revoked')
    .flatMap((revoked) => {
      const again = granted.find(({ from }) => from >= revoked.to)?.from ?? Number.POSITIVE_INFINITY
      const denials = decisions.filter(
        ({ kind, from, to }) => kind === 'denied' && from >= revoked.from && to <= again,
      )
      const knownAt = Math.min(revoked.to, ...denials.map(({ to }) => to))
      return decisions.filter(
        ({ kind, from, to }) => kind === 'allowed' && from > knownAt && to < again,
      )
    })
}

async function warmUp({ lookup }: StrategyRig): Promise<void> {
  await lookup.start()
  await lookup.identify(push.key)
  expect(await lookup.authorize(push)).toMatchObject(asked)
  expect(await lookup.authorize(push)).toMatchObject(served)
}
