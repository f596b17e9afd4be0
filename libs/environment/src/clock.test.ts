import { describe, expect, test } from 'vitest'
import { type Clock, sleep, timedOut, within } from './clock.ts'

/** A clock that stands still until it is told how late it is. */
function createHandClock() {
  let now = 0
  let timers: Array<{ readonly at: number; readonly callback: () => void }> = []
  const clock: Clock = {
    now: () => now,
    wall: () => now,
    timer(delayMs, callback) {
      const timer = { at: now + delayMs, callback }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
  }
  return {
    clock,
    waiting: () => timers.length,
    async advance(byMs: number) {
      now += byMs
      const due = timers.filter(({ at }) => at <= now)
      timers = timers.filter(({ at }) => at > now)
      for (const { callback } of due) callback()
      await new Promise(setImmediate)
    },
  }
}

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false
  const settle = () => {
    settled = true
  }
  promise.then(settle, settle)
  await new Promise(setImmediate)
  return settled
}

describe('sleep', () => {
  test('ends when the time has come, and not before', async () => {
    const { clock, advance } = createHandClock()
    const sleeping = sleep(clock, 100)
    await advance(99)
    expect(await isSettled(sleeping)).toBe(false)
    await advance(1)
    expect(await isSettled(sleeping)).toBe(true)
  })

  test('ends at once when it is no longer wanted, and leaves no timer', async () => {
    const { clock, waiting } = createHandClock()
    const leaving = new AbortController()
    const sleeping = sleep(clock, 100, leaving.signal)
    leaving.abort()
    expect(await isSettled(sleeping)).toBe(true)
    expect(waiting()).toBe(0)
  })

  test('does not begin when it is not wanted from the start', async () => {
    const { clock, waiting } = createHandClock()
    expect(await isSettled(sleep(clock, 100, AbortSignal.abort()))).toBe(true)
    expect(waiting()).toBe(0)
  })
})

describe('within', () => {
  test('gives the answer that came in time, and leaves no timer', async () => {
    const { clock, waiting } = createHandClock()
    expect(await within(clock, 100, Promise.resolve('answer'))).toBe('answer')
    expect(waiting()).toBe(0)
  })

  test('gives the failure that came in time', async () => {
    const { clock, waiting } = createHandClock()
    await expect(within(clock, 100, Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(waiting()).toBe(0)
  })

  test('waits no longer than it may', async () => {
    const { clock, advance } = createHandClock()
    const waiting = within(clock, 100, new Promise(() => {}))
    await advance(99)
    expect(await isSettled(waiting)).toBe(false)
    await advance(1)
    expect(await waiting).toBe(timedOut)
  })

  test('does not mind a failure that comes too late', async () => {
    const { clock, advance } = createHandClock()
    const { promise, reject } = Promise.withResolvers()
    const waiting = within(clock, 100, promise)
    await advance(100)
    reject(new Error('too late'))
    expect(await waiting).toBe(timedOut)
  })
})
