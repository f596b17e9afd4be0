import type { Delivery, Position } from '@keyrace/contracts'
import { type Clock, sleep, TransportError } from '@keyrace/environment'
import { simulate } from '@keyrace/simulation'
import { describe, expect, test } from 'vitest'
import { type Builders, createBuilders } from './builders.ts'
import { createWaitLog, type WaitLog } from './waits.ts'

const termMs = 1_000
const callMs = 5

describe('registered builders', () => {
  test('are all told of a mutation before it is acknowledged', () =>
    withBuilders(async ({ builders, mutate, register, applied }) => {
      await Promise.all(['a', 'b', 'c'].map((builder) => register(builder)))
      expect(await builders.hasSeen(mutate())).toBe(true)
      expect(applied).toEqual(new Map([...'abc'].map((builder) => [builder, 1])))
    }))

  test('are told all the same, and hold nothing up, in the mode fire-and-forget', () =>
    withBuilders(async ({ applied, builders, clock, mutate, register, waits }) => {
      await register('a', { mode: 'fire-and-forget' })
      await builders.hasSeen(mutate())
      expect([applied.size, clock.now()]).toEqual([0, 0])
      await sleep(clock, callMs)
      expect(applied).toEqual(new Map([['a', 1]]))
      expect(waits.read()).toEqual({})
    }))

  test('hold a mutation up for one term at most when they are dead, and only once', () =>
    withBuilders(async ({ builders, clock, dead, mutate, register, waits }) => {
      await Promise.all([register('a'), register('b')])
      dead.add('a')
      await builders.hasSeen(mutate())
      expect(clock.now()).toBe(termMs)
      await register('b')
      await builders.hasSeen(mutate())
      expect(clock.now()).toBeLessThan(termMs + 2 * callMs)
      expect(waits.read()).toEqual({
        arm: [
          { ms: termMs, endedBy: 'expiry' },
          { ms: callMs, endedBy: 'acks' },
        ],
      })
    }))

  test('hold a thousand mutations up together, and not one after the other', () =>
    withBuilders(async ({ builders, clock, dead, mutate, register }) => {
      await register('a')
      dead.add('a')
      await Promise.all(Array.from({ length: 1_000 }, () => builders.hasSeen(mutate())))
      expect(clock.now()).toBe(termMs)
    }))

  test('that can be heard and not reached do not prolong the wait by renewing', () =>
    withBuilders(async ({ builders, clock, dead, mutate, register }) => {
      await register('a')
      dead.add('a')
      await sleep(clock, termMs / 2)
      const { usableMs: before } = await register('a')
      const seen = builders.hasSeen(mutate())
      await sleep(clock, termMs / 2)
      const { usableMs: meanwhile } = await register('a')
      await seen
      expect(clock.now()).toBe(1.5 * termMs)
      expect(before).toBeCloseTo(0.8 * termMs)
      expect(meanwhile).toBeCloseTo(0.8 * 0.5 * termMs)
    }))

  test('may use what they know for less than the mutation waits', () =>
    withBuilders(async ({ builders, clock, dead, mutate, register }) => {
      dead.add('a')
      const { usableMs } = await register('a')
      await builders.hasSeen(mutate())
      expect(usableMs).toBeLessThan(clock.now())
    }))

  test('learn how far the controller is, and are told of what was committed since', () =>
    withBuilders(async ({ builders, delivered, mutate, register }) => {
      for (let count = 0; count < 3; count++) mutate()
      expect(await register('a')).toMatchObject({ revision: 3 })
      await builders.hasSeen(mutate())
      expect(delivered).toMatchObject([{ changes: [{ revision: 4 }], to: 4 }])
    }))

  test('are told of what was committed while they registered', () =>
    withBuilders(async ({ applied, builders, mutate, register }) => {
      const registering = register('a')
      const seen = builders.hasSeen(mutate())
      const { revision } = await registering
      await seen
      expect(Math.max(revision, applied.get('a') ?? 0)).toBe(1)
    }))

  test('keep their registration as long as they renew it, and never get it back', () =>
    withBuilders(async ({ clock, register }) => {
      const { registration } = await register('a')
      await sleep(clock, termMs / 2)
      expect(await register('a')).toMatchObject({ registration })
      await sleep(clock, termMs - 1)
      expect(await register('a')).toMatchObject({ registration })
      await sleep(clock, termMs)
      expect((await register('a')).registration).not.toBe(registration)
    }))

  test('that were restarted do not free those they were before', () =>
    withBuilders(async ({ builders, clock, dead, mutate, register }) => {
      await register('a', { secret: 'first' })
      dead.add('a')
      await register('a', { secret: 'second' })
      await builders.hasSeen(mutate())
      expect(clock.now()).toBe(termMs)
    }))

  test('hold nothing up any more once they have taken leave', () =>
    withBuilders(async ({ builders, clock, dead, mutate, register }) => {
      await register('a')
      dead.add('a')
      await register('a', { termMs: 0 })
      await builders.hasSeen(mutate())
      expect(clock.now()).toBe(0)
    }))

  test('are so many at most', () =>
    withBuilders(async ({ register }) => {
      for (let count = 0; count < 1_000; count++) await register('a', { secret: `${count}` })
      const one = register('a', { secret: 'one more' })
      await expect(one).rejects.toThrow('too-many-builders')
      expect(await register('a', { secret: '0' })).toMatchObject({ revision: 0 })
    }))

  test.each(['http://256.1.1.1', 'http://a:70000', 'http://[::::]'])(
    'are not taken where %s is no address',
    (inbox) =>
      withBuilders(async ({ register }) => {
        await expect(register('a', { inbox })).rejects.toThrow('invalid-request')
      }),
  )

  test('are waited for by a restarted controller that cannot know of them', () =>
    withBuilders(async ({ another, clock, mutate, register }) => {
      await register('a')
      const restarted = await another()
      expect(await restarted.hasSeen(mutate())).toBe(true)
      expect(clock.now()).toBe(termMs)
    }))

  test('are not waited for after a restart where nothing ever had to wait for one', () =>
    withBuilders(async ({ another, clock, mutate, register }) => {
      await register('a', { mode: 'fire-and-forget' })
      const restarted = await another()
      expect(await restarted.hasSeen(mutate())).toBe(true)
      expect(clock.now()).toBe(0)
    }))

  test('are not said to have seen what a closing controller could not tell them', () =>
    withBuilders(async ({ builders, dead, mutate, register }) => {
      await register('a')
      dead.add('a')
      const seen = builders.hasSeen(mutate())
      await builders.close()
      expect(await seen).toBe(false)
    }))
})

interface Setting {
  readonly clock: Clock
  readonly builders: Builders
  /** Commits one, and answers where that is. */
  mutate(): Position
  register(builder: string, changes?: object): Promise<Registered>
  /** They answer nothing. */
  readonly dead: Set<string>
  readonly applied: ReadonlyMap<string, number>
  readonly delivered: readonly Delivery[]
  readonly waits: WaitLog
  /** A controller on the same database. */
  another(): Promise<Builders>
}

interface Registered {
  readonly registration: string
  readonly usableMs: number
  readonly revision: number
}

async function withBuilders(use: (setting: Setting) => Promise<void>): Promise<void> {
  await simulate(1, async ({ clock, ids, kernel }) => {
    const dead = new Set<string>()
    const applied = new Map<string, number>()
    const delivered: Delivery[] = []
    const waits = createWaitLog()
    const epoch = 'epoch-1'
    let revision = 0
    let longestMs = 0
    const transportTo = (origin: string) => ({
      async call({ input, timeoutMs }: { input: { body?: unknown }; timeoutMs: number }) {
        const builder = origin.slice('http://'.length)
        if (dead.has(builder)) {
          await sleep(clock, timeoutMs)
          throw new TransportError('timeout', `${builder} does not answer`)
        }
        await sleep(clock, callMs)
        const delivery = input.body as Delivery
        delivered.push(delivery)
        applied.set(builder, delivery.to)
        return { status: 200, headers: {}, body: { applied: delivery.to } }
      },
      close: async () => {},
    })
    const create = () =>
      createBuilders({
        ...{ clock, ids, transportTo, waits },
        store: {
          epoch,
          revision: async () => revision,
          keptTermMs: async () => longestMs,
          async keepTerm(_, keptMs) {
            longestMs = Math.max(longestMs, keptMs)
          },
        },
        feed: {
          async read({ revision: after }) {
            const revisions = Array.from({ length: revision - after }, (_, n) => after + 1 + n)
            const changes = revisions.map((at) => ({
              ...{ revision: at, kind: 'createUser' as const },
              ...{ user: `user-${at}`, isAdministrator: false },
            }))
            return { changes, position: { epoch, revision } }
          },
        },
      })
    const builders = create()
    await use({
      ...{ applied, builders, clock, dead, delivered, waits },
      mutate: () => ({ epoch, revision: ++revision }),
      async register(builder, changes = {}) {
        const inbox = `http://${builder}`
        const outcome = await builders.register('arm', {
          ...{ builder, inbox, secret: builder, mode: 'acknowledged', termMs, ...changes },
        })
        if (!('body' in outcome) || outcome.body === null) throw new Error(JSON.stringify(outcome))
        return { ...outcome.body, revision: outcome.revision ?? Number.NaN }
      },
      async another() {
        const next = create()
        await next.start()
        return next
      },
    })
    await builders.close()
    expect(kernel.pending()).toBeLessThanOrEqual(dead.size)
  })
}
