import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { hrtime } from 'node:process'
import { setImmediate } from 'node:timers'
import { type Clock, sleep } from '@keyrace/environment'
import { describe, expect, test } from 'vitest'
import type { Drain } from './drain.ts'
import { type Simulation, simulate } from './simulate.ts'
import { gossip } from './testing/gossip.ts'

const drains: readonly Drain[] = ['checkpoint', 'tick', 'turn']

describe('time', () => {
  test('jumps from event to event, so a simulated hour takes a handful of events', async () => {
    const { result, trace } = await simulate(1, async ({ clock }) => {
      await sleep(clock, 3_600_000)
      return clock.now()
    })
    expect(result).toBe(3_600_000)
    expect(trace).toMatchObject({ events: 2, virtualMs: 3_600_000 })
  })

  test('stands still while code runs, however many promises it awaits', async () => {
    const { result } = await simulate(1, async ({ clock }) => {
      await sleep(clock, 1.25)
      await hops(1000)
      return [clock.now(), clock.wall() % 1000]
    })
    expect(result).toEqual([1.25, 1])
  })

  test.each([0.0001, 0.1 + 0.2, 1000.0004, 1 / 3])(
    'has come when a timer of %d ms says so',
    async (ms) => {
      const { trace } = await simulate(1, async ({ clock }) => {
        await sleep(clock, 8.1)
        const due = clock.now() + ms
        while (clock.now() < due) await sleep(clock, due - clock.now())
        expect(clock.now() - due).toBeLessThan(0.001)
      })
      expect(trace.events).toBeLessThan(5)
    },
  )

  test('a cancelled timer does not call back', async () => {
    const { result } = await simulate(1, async ({ clock }) => {
      const called: string[] = []
      const cancel = clock.timer(5, () => called.push('cancelled'))
      clock.timer(6, () => called.push('kept'))
      cancel()
      await sleep(clock, 10)
      return called
    })
    expect(result).toEqual(['kept'])
  })
})

describe('the trace', () => {
  test('is the same for the same seed, also after other seeds ran in this process', async () => {
    const runs = []
    for (const seed of [7, 8, 7]) runs.push(await simulate(seed, gossip))
    const [first, other, again] = runs
    expect(again).toEqual(first)
    expect(other?.trace.hash).not.toBe(first?.trace.hash)
    expect(other?.result).not.toBe(first?.result)
  })

  test.each([1, 5, 300])('does not depend on how deep code awaits (%i hops)', async (depth) => {
    const traceAt = async (hopCount: number) =>
      (await simulate(3, (simulation) => gossip(withHops(simulation, hopCount)))).trace
    expect(await traceAt(depth)).toEqual(await traceAt(0))
  })

  test.each(drains)('does not depend on how promise jobs are drained (%s)', async (drain) => {
    expect(await simulate(3, gossip, { drain })).toEqual(await simulate(3, gossip))
  })

  test('has another hash when another outcome was noted', async () => {
    const hashOf = async (outcome: string) =>
      (await simulate(1, async ({ kernel }) => kernel.note(outcome))).trace.hash
    expect(await hashOf('accepted')).not.toBe(await hashOf('denied'))
  })
})

describe('a run that cannot go on', () => {
  test('fails as a deadlock when main waits and nothing is left to happen', async () => {
    const run = simulate(1, () => new Promise(() => {}))
    await expect(run).rejects.toMatchObject({ name: 'SimulationError', code: 'deadlock' })
  })

  test('fails as a livelock when events follow each other without time going on', async () => {
    const run = simulate(1, async ({ clock }) => {
      for (;;) await sleep(clock, 0)
    })
    await expect(run).rejects.toMatchObject({ code: 'livelock' })
  })

  test('fails when it passes its bound on events', async () => {
    const run = simulate(1, ticking, { bounds: { events: 100 } })
    await expect(run).rejects.toMatchObject({ code: 'too-many-events' })
  })

  test('fails when it passes its bound on virtual time', async () => {
    const run = simulate(1, ticking, { bounds: { virtualMs: 50 } })
    await expect(run).rejects.toMatchObject({ code: 'too-much-time' })
  })

  async function ticking({ clock }: Simulation) {
    for (;;) await sleep(clock, 1)
  }
})

describe('failures', () => {
  test('of main are the failure of the run', async () => {
    const run = simulate(1, async ({ clock }) => {
      await sleep(clock, 1)
      throw new RangeError('from main')
    })
    await expect(run).rejects.toThrow(new RangeError('from main'))
  })

  test('that an event throws fail the run at once', async () => {
    const run = simulate(1, async ({ clock }) => {
      clock.timer(1, () => {
        throw new RangeError('from a timer')
      })
      await sleep(clock, 2)
    })
    await expect(run).rejects.toThrow(new RangeError('from a timer'))
  })

  describe.each(drains)('that nobody handles (drained by %s)', (drain) => {
    const cause = new RangeError('from the background')
    const listeners = process.listeners('unhandledRejection')

    test.each<[string, (simulation: Simulation) => Promise<void>]>([
      ['although main would go on', ({ clock }) => sleep(clock, 10)],
      ['although main goes on for long', ({ clock }) => ticks(clock, 1_000)],
      ['and not main, which fails later', ({ clock }) => sleep(clock, 1).then(() => fail('later'))],
      ['and not the deadlock that it led to', () => new Promise(() => {})],
    ])('fail the run, %s', async (_, main) => {
      const run = simulate(
        1,
        (simulation) => {
          simulation.clock.timer(1, () => void Promise.reject(cause))
          return main(simulation)
        },
        { drain, bounds: { events: 900 } },
      )
      await expect(run).rejects.toMatchObject({ code: 'unhandled-rejection', cause })
      expect(process.listeners('unhandledRejection')).toEqual(listeners)
    })

    test('at once are forgiven where somebody does a little later', async () => {
      const run = simulate(
        1,
        async ({ clock }) => {
          const failing = Promise.reject(cause)
          await sleep(clock, 1)
          await failing.catch(() => {})
        },
        { drain },
      )
      await expect(run).resolves.toMatchObject({ trace: { events: 2 } })
    })
  })

  async function ticks(clock: Clock, count: number): Promise<void> {
    for (let tick = 0; tick < count; tick++) await sleep(clock, 1)
  }

  function fail(message: string): never {
    throw new RangeError(message)
  }
})

describe('the globals for time, chance and network', () => {
  const uses: readonly (readonly [string, string, () => unknown])[] = [
    ['Date()', 'clock', () => Date()],
    ['new Date()', 'clock', () => new Date()],
    ['Date.now', 'clock', () => Date.now()],
    ['setTimeout', 'clock', () => clearTimeout(setTimeout(() => {}))],
    ['setInterval', 'clock', () => clearInterval(setInterval(() => {}))],
    ['setImmediate', 'clock', () => clearImmediate(globalThis.setImmediate(() => {}))],
    ['AbortSignal.timeout', 'clock', () => AbortSignal.timeout(1)],
    ['performance.now', 'clock', () => performance.now()],
    ['process.hrtime', 'clock', () => process.hrtime()],
    ['process.hrtime.bigint', 'clock', () => process.hrtime.bigint()],
    ['process.uptime', 'clock', () => process.uptime()],
    ['performance.mark', 'clock', () => performance.mark('x')],
    ['process.nextTick', 'clock', () => process.nextTick(() => {})],
    ['Math.random', 'random', () => Math.random()],
    ['crypto.getRandomValues', 'random', () => crypto.getRandomValues(new Uint8Array(1))],
    ['crypto.randomUUID', 'ids', () => crypto.randomUUID()],
    ['node:crypto randomBytes', 'random', () => randomBytes(1)],
    ['node:crypto randomInt', 'random', () => randomInt(2)],
    ['node:crypto randomUUID', 'ids', () => randomUUID()],
    ['node:process hrtime', 'clock', () => hrtime()],
    ['fetch', 'transport', () => fetch('data:,')],
  ]

  test.each(uses)('%s throws in a step and names the port %s', async (_, port, use) => {
    const inSync = simulate(1, async () => use())
    await expect(inSync).rejects.toThrow(`use the port "${port}"`)
    const afterHops = simulate(1, () => hops(50).then(use))
    await expect(afterHops).rejects.toThrow(`use the port "${port}"`)
  })

  test.each([
    ['WeakRef', () => new WeakRef({})],
    ['FinalizationRegistry', () => new FinalizationRegistry(() => {})],
    ['cpuUsage', () => process.cpuUsage()],
    ['memoryUsage', () => process.memoryUsage()],
    ['rss', () => process.memoryUsage.rss()],
    ['digest', () => crypto.subtle.digest('SHA-256', new Uint8Array(1))],
    ['MessageChannel', () => new MessageChannel()],
  ])('%s throws in a step, and no port stands for it', async (name, use) => {
    const run = simulate(1, async () => void use())
    await expect(run).rejects.toThrow(`${name} is forbidden`)
  })

  test('do not include queueMicrotask, whose jobs are part of the step', async () => {
    const { result } = await simulate(1, ({ clock }) => {
      const { promise, resolve } = Promise.withResolvers<number>()
      queueMicrotask(() => resolve(clock.now()))
      return promise
    })
    expect(result).toBe(0)
  })

  test('are what they were after a run, also after one that failed', async () => {
    const before = descriptors()
    await simulate(1, async () => {})
    expect(descriptors()).toEqual(before)
    await simulate(1, () => Promise.reject(new Error('planned'))).catch(() => {})
    expect(descriptors()).toEqual(before)
  })

  test('serve the rest of the process between two steps', async () => {
    let seen: unknown
    setImmediate(() => {
      seen = [Date.now(), Math.random(), performance.now()]
    })
    await simulate(1, gossip)
    expect(seen).toEqual([expect.any(Number), expect.any(Number), expect.any(Number)])
  })

  test('convert a given time as ever', async () => {
    const { result } = await simulate(1, async ({ clock }) => {
      const date = new Date(clock.wall())
      return [date.toISOString(), date instanceof Date]
    })
    expect(result).toEqual(['2025-01-01T00:00:00.000Z', true])
  })

  test('belong to one run at a time', async () => {
    const first = simulate(1, gossip)
    await expect(simulate(2, gossip)).rejects.toThrow('already running')
    await expect(first).resolves.toMatchObject({ result: expect.any(String) })
  })

  function descriptors() {
    return uses.flatMap(([name]) => {
      if (name.startsWith('node:')) return []
      const path = name.replace('new ', '').replace('()', '').split('.')
      const last = path.pop() ?? ''
      const holder = path.reduce<object>((object, key) => Reflect.get(object, key), globalThis)
      return [name, Object.getOwnPropertyDescriptor(holder, last)]
    })
  }
})

/** The same simulation, in which every timer calls back some promise hops later. */
function withHops(simulation: Simulation, count: number): Simulation {
  const { clock, kernel } = simulation
  return {
    ...simulation,
    clock: {
      ...clock,
      timer: (delayMs, callback) =>
        kernel.schedule(delayMs, 'timer', () => void hops(count).then(callback)),
    },
  }
}

async function hops(count: number): Promise<void> {
  for (let hop = 0; hop < count; hop++) await undefined
}
