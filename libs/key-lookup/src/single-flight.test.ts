import { sleep } from '@keyrace/environment'
import { simulate } from '@keyrace/simulation'
import { describe, expect, test } from 'vitest'
import { createSingleFlight } from './single-flight.ts'

interface Read {
  readonly subject: string
  readonly sentAt: number
  readonly timeoutMs: number
  doneAt?: number
}

describe('a question of a single flight', () => {
  test('is sent after everybody who gets its answer has asked, and soon', () =>
    withReads({ takesMs: () => 10 }, async ({ fresh, reads, elapse, now }) => {
      const asking = Array.from({ length: 50 }, async (_, n) => {
        await elapse(n * 1.7)
        const askedAt = now()
        expect(await fresh()).toBeUndefined()
        expect(reads.some(({ sentAt, doneAt }) => sentAt >= askedAt && doneAt === now())).toBe(true)
        expect(now() - askedAt).toBeLessThanOrEqual(2 * 10)
      })
      await Promise.all(asking)
      expect(reads.length).toBeLessThan(12)
    }))

  test('is one for all who ask at one time', () =>
    withReads({ takesMs: () => 10 }, async ({ fresh, reads }) => {
      await Promise.all(Array.from({ length: 100 }, () => fresh()))
      expect(reads).toHaveLength(1)
    }))

  test('is apart from those about something else', () =>
    withReads({ takesMs: () => 10 }, async ({ fresh, reads, now }) => {
      await Promise.all([fresh('a'), fresh('b'), fresh('a')])
      expect(reads.map(({ subject }) => subject)).toEqual(['a', 'b'])
      expect(now()).toBe(10)
    }))

  test('does not wait long for one that hangs', () =>
    withReads({ takesMs: (nth) => (nth === 1 ? 1_000 : 10) }, async (rig) => {
      const hanging = rig.fresh()
      await rig.elapse(1)
      expect(await rig.fresh()).toBeUndefined()
      expect(rig.now()).toBe(25 + 1 + 10)
      expect(await rig.fresh()).toBeUndefined()
      expect(rig.now()).toBe(25 + 1 + 20)
      expect(await hanging).toBe('timeout')
    }))

  test('has all its time where nobody shares it', () =>
    withReads({ takesMs: () => 390 }, async ({ fresh, reads }) => {
      expect(await fresh()).toBeUndefined()
      expect(reads.map(({ timeoutMs }) => timeoutMs)).toEqual([400])
    }))

  test('is asked again alone, in the time that is left, where the shared one hangs', () =>
    withReads({ takesMs: (nth) => (nth === 1 ? 1_000 : 10) }, async ({ fresh, reads, now }) => {
      const answers = await Promise.all([fresh(), fresh(), fresh()])
      expect(answers).toEqual([undefined, undefined, undefined])
      expect(reads.map(({ timeoutMs }) => timeoutMs)).toEqual([200, 200, 200, 200])
      expect(now()).toBe(200 + 10)
    }))

  test('comes to an end in its time, whatever hangs', () =>
    withReads({ takesMs: () => 1_000 }, async ({ fresh, elapse, now }) => {
      const early = fresh()
      await elapse(7)
      expect(await fresh()).toBe('timeout')
      expect(now()).toBe(7 + 400)
      expect(await early).toBe('timeout')
    }))

  test('that was answered is not repeated, whatever the answer', () =>
    withReads({ takesMs: () => 10, failure: 'server-error' }, async ({ fresh, reads }) => {
      expect(await Promise.all([fresh(), fresh()])).toEqual(['server-error', 'server-error'])
      expect(reads).toHaveLength(1)
    }))
})

/** `takesMs`: of the n-th read, from 1. */
async function withReads(
  neighbour: { readonly takesMs: (nth: number) => number; readonly failure?: string },
  use: (rig: {
    fresh(subject?: string): Promise<string | undefined>
    readonly reads: readonly Read[]
    elapse(ms: number): Promise<void>
    now(): number
  }) => Promise<void>,
): Promise<void> {
  await simulate(1, async ({ clock, kernel }) => {
    const reads: Read[] = []
    const flight = createSingleFlight<string | undefined>({
      clock,
      timeoutMs: 400,
      isTimeout: (answer) => answer === 'timeout',
      async ask(subject, timeoutMs) {
        const read: Read = { subject, sentAt: clock.now(), timeoutMs }
        reads.push(read)
        const takesMs = neighbour.takesMs(reads.length)
        await sleep(clock, Math.min(takesMs, timeoutMs))
        if (takesMs > timeoutMs) return 'timeout'
        read.doneAt = clock.now()
        return neighbour.failure
      },
    })
    await use({
      fresh: (subject = 'a') => flight(subject),
      reads,
      now: clock.now,
      elapse: (ms) => sleep(clock, ms),
    })
    expect(kernel.pending()).toBe(0)
  })
}
