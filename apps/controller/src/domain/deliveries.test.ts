import type { Change, Delivery, Position } from '@keyrace/contracts'
import { type Answer, type Call, sleep, type Transport, TransportError } from '@keyrace/environment'
import { simulate } from '@keyrace/simulation'
import { describe, expect, test } from 'vitest'
import { StoreError } from '../store/store.ts'
import { createDeliveries, type Deliveries } from './deliveries.ts'

const callMs = 5

describe('deliveries', () => {
  test('bring each change once and in order, and what comes during a call together in the next', () =>
    withDeliveries(async ({ bring, delivered }) => {
      const brought = Array.from({ length: 1_000 }, (_, index) => bring(at(index + 1)))
      expect(await Promise.all(brought)).toEqual(Array(1_000).fill(true))
      expect(delivered.length).toBeLessThanOrEqual(3)
      expect(revisionsIn(delivered)).toEqual(upTo(1_000))
    }))

  test('never call twice at one time', () =>
    withDeliveries(async ({ bring, clock, mostAtOnce }) => {
      const brought: Promise<boolean>[] = []
      for (let revision = 1; revision <= 50; revision++) {
        brought.push(bring(at(revision)))
        await sleep(clock, 1)
      }
      await Promise.all(brought)
      expect(mostAtOnce()).toBe(1)
    }))

  test.each<[string, (call: number) => Answer | Error]>([
    ['was lost', () => new TransportError('timeout', 'no answer')],
    ['was refused', () => ({ status: 401, headers: {}, body: null })],
    ['was answered with nonsense', () => ({ status: 200, headers: {}, body: { applied: 'all' } })],
    ['went less far', () => ({ status: 200, headers: {}, body: { applied: 1 } })],
  ])('repair a call that %s by the next', (_, fail) =>
    withDeliveries(async ({ answerWith, bring, delivered }) => {
      answerWith((call) => (call <= 3 ? fail(call) : undefined))
      expect(await bring(at(2))).toBe(true)
      expect(delivered).toHaveLength(4)
      expect(new Set(delivered.map((delivery) => JSON.stringify(delivery))).size).toBe(1)
    }),
  )

  test('go on once the database does', () =>
    withDeliveries(async ({ bring, delivered, failReads }) => {
      failReads(2)
      expect(await bring(at(2))).toBe(true)
      expect(revisionsIn(delivered)).toEqual([1, 2])
    }))

  test('tell how far it is where changes cannot be told', () =>
    withDeliveries(async ({ bring, delivered }) => {
      await bring(at(7, 'epoch-2'))
      expect(delivered).toEqual([{ epoch: 'epoch-2', changes: [], to: 7 }])
    }))

  test('are not called any more, and say so, once their builder is not', () =>
    withDeliveries(async ({ answerWith, bring, clock, delivered, leave }) => {
      answerWith(() => new TransportError('unreachable', 'nobody there'))
      const brought = bring(at(1))
      await sleep(clock, 2_000)
      leave()
      expect(await brought).toBe(false)
      const calls = delivered.length
      expect(await bring(at(2))).toBe(false)
      await sleep(clock, 10_000)
      expect(delivered).toHaveLength(calls)
    }))

  test('pause longer and longer for a builder that does not answer', () =>
    withDeliveries(async ({ answerWith, bring, clock, delivered }) => {
      answerWith(() => new TransportError('unreachable', 'nobody there'))
      void bring(at(1))
      await sleep(clock, 10_000)
      expect(delivered.length).toBeLessThan(30)
    }))
})

interface Setting {
  readonly clock: Parameters<typeof sleep>[0]
  readonly bring: Deliveries['bring']
  readonly delivered: readonly Delivery[]
  readonly mostAtOnce: () => number
  /** What the n-th call comes to, where it is not what a builder answers. */
  answerWith(faulty: (call: number) => Answer | Error | undefined): void
  failReads(count: number): void
  leave(): void
}

/** To a builder that takes everything. The history is as long as what was to be brought. */
async function withDeliveries(use: (setting: Setting) => Promise<void>): Promise<void> {
  await simulate(1, async ({ clock, kernel }) => {
    const delivered: Delivery[] = []
    let faultyAnswer: (call: number) => Answer | Error | undefined = () => undefined
    let failing = 0
    let isLive = true
    let atOnce = 0
    let mostAtOnce = 0
    let history = at(0)
    const transport: Transport = {
      async call({ input, headers }: Call) {
        expect(headers).toEqual({ 'x-deis-builder-auth': 'secret' })
        const delivery = input.body as Delivery
        delivered.push(delivery)
        mostAtOnce = Math.max(mostAtOnce, ++atOnce)
        await sleep(clock, callMs)
        atOnce--
        const fault = faultyAnswer(delivered.length)
        if (fault instanceof Error) throw fault
        return fault ?? { status: 200, headers: {}, body: { applied: delivery.to } }
      },
      close: async () => {},
    }
    const feed = {
      async read({ epoch, revision }: Position, limit: number) {
        if (failing-- > 0) throw new StoreError('no-answer', 'the database is away')
        if (epoch !== history.epoch) return undefined
        const to = Math.min(revision + limit, history.revision)
        return { changes: upTo(to).slice(revision).map(changeAt), position: at(to) }
      },
    }
    const { bring, close } = createDeliveries({
      ...{ clock, feed, transport, secret: 'secret', from: at(0), isLive: () => isLive },
    })
    await use({
      clock,
      delivered,
      bring(position) {
        history = position
        return bring(position)
      },
      mostAtOnce: () => mostAtOnce,
      answerWith(faulty) {
        faultyAnswer = faulty
      },
      failReads(count) {
        failing = count
      },
      leave() {
        isLive = false
      },
    })
    await close()
    expect(kernel.pending()).toBe(0)
  })
}

function at(revision: number, epoch = 'epoch-1'): Position {
  return { epoch, revision }
}

function changeAt(revision: number): Change {
  return { revision, kind: 'createUser', user: `user-${revision}`, isAdministrator: false }
}

function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1)
}

function revisionsIn(delivered: readonly Delivery[]): number[] {
  return delivered.flatMap(({ changes }) => changes.map(({ revision }) => revision))
}
