import type { Clock } from '@keyrace/environment'
import { describe, expect, test } from 'vitest'
import { runSchedule } from './schedule.ts'

describe('a schedule', () => {
  test('starts each task when it is due, though earlier ones are still under way', async () => {
    const clock = createSteppedClock()
    const started: number[] = []
    const { lagsMs, heldBack } = await runSchedule({
      clock,
      offsets: [0, 10, 10, 25],
      maxInFlight: 4,
      async start(_, intendedAt) {
        expect(clock.now()).toBe(intendedAt)
        started.push(clock.now())
        await clock.pass(100)
      },
    })
    expect(started).toEqual([0, 10, 10, 25])
    expect(lagsMs).toEqual([0, 0, 0, 0])
    expect(heldBack).toBe(0)
    expect(clock.now()).toBe(125)
  })

  test('holds tasks back beyond its bound, counts them, and drops none', async () => {
    const clock = createSteppedClock()
    let [running, most] = [0, 0]
    const report = await runSchedule({
      clock,
      offsets: [0, 1, 2, 3],
      maxInFlight: 2,
      async start() {
        most = Math.max(most, ++running)
        await clock.pass(100)
        running--
      },
    })
    expect(most).toBe(2)
    expect(report).toEqual({ lagsMs: [0, 0, 98, 98], heldBack: 2 })
  })

  test('starts nothing early, though a timer fires early', async () => {
    const clock = createSteppedClock({ earlyMs: 0.5 })
    const started: number[] = []
    await runSchedule({
      clock,
      offsets: [10, 20],
      maxInFlight: 1,
      start: async () => void started.push(clock.now()),
    })
    expect(Math.min(...started.map((at, i) => at - (i + 1) * 10))).toBeGreaterThanOrEqual(0)
  })

  test('that is aborted starts no more, and waits for what it had started', async () => {
    const clock = createSteppedClock()
    const controller = new AbortController()
    const ended: number[] = []
    const report = await runSchedule({
      clock,
      offsets: [0, 10, 1e9],
      maxInFlight: 3,
      signal: controller.signal,
      async start(index) {
        if (index === 1) controller.abort()
        await clock.pass(50)
        ended.push(index)
      },
    })
    expect(report.lagsMs).toHaveLength(2)
    expect(ended).toEqual([0, 1])
  })
})

/** Time goes to the next timer whenever nothing else is left to do. */
function createSteppedClock({ earlyMs = 0 } = {}): Clock & { pass(ms: number): Promise<void> } {
  let now = 0
  const timers = new Map<() => void, number>()
  const clock = {
    now: () => now,
    wall: () => now,
    timer(delayMs: number, callback: () => void) {
      timers.set(callback, now + Math.max(delayMs - earlyMs, 0.1))
      setImmediate(step)
      return () => timers.delete(callback)
    },
    pass: (ms: number) => new Promise<void>((resolve) => clock.timer(ms, resolve)),
  }
  return clock

  function step() {
    const next = [...timers].toSorted(([, a], [, b]) => a - b)[0]
    if (next === undefined) return
    const [callback, at] = next
    timers.delete(callback)
    now = Math.max(now, at)
    callback()
    setImmediate(step)
  }
}
