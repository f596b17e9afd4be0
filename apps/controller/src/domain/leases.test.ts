import type { Invalidation, LeaseReply, Renewal } from '@keyrace/contracts'
import { sleep } from '@keyrace/environment'
import { simulate } from '@keyrace/simulation'
import { describe, expect, test } from 'vitest'
import { StoreError } from '../store/store.ts'
import { createLeases, type Leases } from './leases.ts'
import { createWaitLog, type WaitLog } from './waits.ts'

const termMs = 1_000
const web: Invalidation = { kind: 'app', app: 'web' }
const shop: Invalidation = { kind: 'app', app: 'shop' }

describe('leases', () => {
  test('let an answer be remembered unless a revocation that touches it is pending', () =>
    withLeases(async ({ leases, open, commit, elapse }) => {
      await open('a')
      expect(await fillOf(leases, web)).toMatchObject({ number: 0 })
      const revoking = leases.revoke([web], commit)
      expect(await fillOf(leases, web)).toBeUndefined()
      expect(await fillOf(leases, shop)).toMatchObject({ number: 1 })
      await elapse(termMs)
      await revoking
      await open('a')
      expect(await fillOf(leases, web)).toMatchObject({ number: 1 })
    }))

  test('stamp an answer with the number from before it was read', () =>
    withLeases(async ({ leases, open, commit, elapse }) => {
      await open('a')
      const read = Promise.withResolvers<object>()
      const reading = leases.read(
        () => read.promise,
        () => [shop],
      )
      const revoking = leases.revoke([web], commit)
      read.resolve({})
      expect(await reading).toMatchObject({ fill: { number: 0 } })
      await elapse(termMs)
      await revoking
    }))

  test('mark nothing while nobody has one', () =>
    withLeases(async ({ leases }) => {
      expect(await fillOf(leases, web)).toBeUndefined()
    }))

  test('tell each arm for how long it was waited for, and why', () =>
    withLeases(async ({ leases, open, renew, commit, elapse, waits }) => {
      const prompt = await open('prompt')
      await open('silent')
      const held = renew('prompt', prompt)
      const revoking = leases.revoke([web], commit)
      const told = await held
      expect(told).toMatchObject({ number: 1, invalidations: [web] })
      await elapse(100)
      void renew('prompt', { ...told, number: 1 })
      await revoking
      expect(waits.read()).toEqual({
        prompt: [{ ms: 100, endedBy: 'acks' }],
        silent: [{ ms: termMs, endedBy: 'expiry' }],
      })
    }))

  test('of a dead process are not freed by another one under its name', () =>
    withLeases(async ({ leases, open, renew, commit, now }) => {
      await open('a')
      const restarted = await open('a')
      const from = now()
      const revoking = leases.revoke([web], commit)
      await renew('a', { ...restarted, number: 1 })
      await revoking
      expect(now() - from).toBe(termMs)
    }))

  test('are renewed for nobody who has not acknowledged', () =>
    withLeases(async ({ leases, open, renew, commit }) => {
      const known = await open('a')
      const revoking = leases.revoke([web], commit)
      expect(await renew('a', known)).toMatchObject({ usableMs: 0, invalidations: [web] })
      expect(await renew('a', known)).toMatchObject({ usableMs: 0, invalidations: [web] })
      await revoking
    }))

  test('keep answers from being remembered after a commit whose end nobody heard, until it is over', () =>
    withLeases(async ({ leases, open, store, elapse }) => {
      await open('a')
      store.isDown = true
      const failing = leases.revoke([web], async () => {
        throw new StoreError('08006', 'the connection broke')
      })
      const refused = expect(failing).rejects.toThrow('the connection broke')
      await elapse(termMs)
      await refused
      store.isDown = false
      await open('a')
      expect(await fillOf(leases, web)).toBeUndefined()
      await elapse(termMs)
      await open('a')
      expect(await fillOf(leases, web)).toMatchObject({ number: 1 })
    }))

  test('given by the controller before this one are waited for, whatever this one would give', () =>
    withLeases(async ({ another, open, commit, now, leases }) => {
      await open('a')
      await leases.revoke([web], commit)
      const restarted = another({ longestTermMs: termMs / 10 })
      await restarted.start()
      const from = now()
      await restarted.revoke([web], commit)
      expect(now() - from).toBe(termMs)
      restarted.close()
    }))

  test('hold up nothing after a restart where none was ever given', () =>
    withLeases(async ({ another, commit, now, leases, store }) => {
      store.latest = 7
      await leases.revoke([web], commit)
      const restarted = another({})
      await restarted.start()
      await restarted.revoke([web], commit)
      expect(now()).toBe(0)
      restarted.close()
    }))

  test('are not given where it cannot be kept that they were', () =>
    withLeases(async ({ open, store }) => {
      store.isDown = true
      await expect(open('a')).rejects.toThrow('the database is down')
    }))

  test('that have run out are gone with the next revocation, and mark nothing any more', () =>
    withLeases(async ({ leases, open, commit, elapse }) => {
      await open('a')
      await elapse(termMs)
      await leases.revoke([web], commit)
      expect(await fillOf(leases, shop)).toBeUndefined()
    }))

  test('are void in another history', () =>
    withLeases(async ({ leases, open, renew, commit, now, store }) => {
      const known = await open('a')
      store.epoch = 'epoch-2'
      const anew = await renew('a', known)
      expect(anew.session).not.toBe(known.session)
      expect(anew.grantor).not.toBe(known.grantor)
      leases.end(anew.session)
      const from = now()
      await leases.revoke([web], commit)
      expect(now() - from).toBe(termMs)
    }))

  test('are given to so many builders and no more', () =>
    withLeases(async ({ leases, open }) => {
      for (let builder = 0; builder < 1_000; builder++) await open('a')
      expect(await leases.renew('a', renewal, undefined)).toEqual({ refused: 'too-many-builders' })
    }))
})

const renewal: Renewal = {
  builder: 'builder-1',
  session: null,
  acknowledged: 0,
  termMs: 60_000,
  holdMs: 60_000,
}

async function withLeases(
  use: (rig: {
    readonly leases: Leases
    readonly waits: WaitLog
    readonly store: { isDown: boolean; latest: number; epoch: string }
    /** A controller on the same database. */
    another(options: { longestTermMs?: number }): Leases
    open(arm: string): Promise<LeaseReply>
    /** Acknowledges what that reply told. */
    renew(arm: string, known: LeaseReply): Promise<LeaseReply>
    readonly commit: () => Promise<object>
    elapse(ms: number): Promise<void>
    now(): number
  }) => Promise<void>,
): Promise<void> {
  await simulate(1, async ({ clock, ids }) => {
    const waits = createWaitLog()
    const store = {
      isDown: false,
      latest: 0,
      epoch: 'epoch-1',
      longestMs: 0,
      revision: async () => store.latest,
      async barrier() {
        if (store.isDown) throw new StoreError('08006', 'the database is down')
      },
      keptTermMs: async () => store.longestMs,
      async keepTerm(_: string, keptMs: number) {
        if (store.isDown) throw new StoreError('08006', 'the database is down')
        store.longestMs = Math.max(store.longestMs, keptMs)
      },
    }
    const deps = { store, clock, ids, waits, longestTermMs: termMs }
    const leases = createLeases(deps)
    const renew = async (arm: string, changes: Partial<Renewal>) => {
      const outcome = await leases.renew(arm, { ...renewal, ...changes }, undefined)
      if (!('body' in outcome) || outcome.body === null) throw new Error('no lease')
      return outcome.body
    }
    await use({
      ...{ leases, waits, store },
      another: (options) => createLeases({ ...deps, ...options }),
      open: (arm) => renew(arm, {}),
      renew: (arm, { session, number }) => renew(arm, { session, acknowledged: number }),
      commit: async () => ({}),
      elapse: (ms) => sleep(clock, ms),
      now: clock.now,
    })
    leases.close()
  })
}

async function fillOf(leases: Leases, subject: Invalidation) {
  const answer = await leases.read(
    async () => ({ revision: 1 }),
    () => [subject],
  )
  return 'fill' in answer ? answer.fill : undefined
}
