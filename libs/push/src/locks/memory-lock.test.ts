import { describe, expect, test } from 'vitest'
import { createSmallWorld } from '../testing/small-world.ts'
import { createLocks, locksBy } from './index.ts'
import type { Acquired, HeldLock } from './lock.ts'

const blue = { app: 'blue', generation: 1 }
const alice = 'builder-1, alice'

function start() {
  const world = createSmallWorld()
  const process = world.start('host')
  return { world, process, locks: locksBy.memory(process) }
}

describe('a lock in memory', () => {
  test('tells who comes second at once who is at work, and for how long', async () => {
    const { world, process, locks } = start()
    await locks.acquire(blue, alice)
    const pause = new Promise<void>((resolve) => process.clock.timer(1_500, resolve))
    await world.finish(pause)
    expect(await locks.acquire(blue, 'builder-1, bob')).toEqual({
      kind: 'busy',
      holder: alice,
      ageMs: 1_500,
    })
  })

  test('is free once it was released, under a token that grows', async () => {
    const { locks } = start()
    const first = held(await locks.acquire(blue, alice))
    await first.release()
    expect(await first.isHeld()).toBe(false)
    const second = held(await locks.acquire(blue, alice))
    expect(second.token).toBeGreaterThan(first.token)
    // A release that comes late takes it from nobody.
    await first.release()
    expect(await second.isHeld()).toBe(true)
  })

  test('is one for each generation of an app, and says nothing to another process', async () => {
    const { process, locks } = start()
    held(await locks.acquire(blue, alice))
    held(await locks.acquire({ ...blue, generation: 2 }, alice))
    held(await locksBy.memory(process).acquire(blue, alice))
  })
})

describe('the lock of a builder with quirks', () => {
  test('names-only: all generations of an app share it, as they share the repository', async () => {
    const { process } = start()
    const locks = createLocks({ lock: 'memory', quirks: ['names-only'] }, process)
    held(await locks.acquire(blue, alice))
    expect((await locks.acquire({ ...blue, generation: 2 }, alice)).kind).toBe('busy')
  })

  test.each(['memory', 'file'] as const)(
    'expiring-lock over %s: after a while another has it, and the first goes on unaware',
    async (lock) => {
      const { world, process } = start()
      const locks = createLocks({ lock, quirks: ['expiring-lock'] }, { ...process, waitMs: 1_000 })
      const first = held(await world.finish(locks.acquire(blue, alice)))
      const pause = new Promise<void>((resolve) => process.clock.timer(200, resolve))
      await world.finish(pause)
      held(await world.finish(locks.acquire(blue, alice)))
      expect(await first.isHeld()).toBe(true)
    },
  )

  test('none: it is held for as long as the work goes on', async () => {
    const { world, process } = start()
    const locks = createLocks({ lock: 'memory', quirks: [] }, process)
    held(await locks.acquire(blue, alice))
    const pause = new Promise<void>((resolve) => process.clock.timer(3_600_000, resolve))
    await world.finish(pause)
    expect((await locks.acquire(blue, alice)).kind).toBe('busy')
  })
})

function held(acquired: Acquired): HeldLock {
  if (acquired.kind === 'held') return acquired.lock
  throw new Error(`it is ${acquired.holder} who has it`)
}
