import { createRandom, sleep } from '@keyrace/environment'
import { realClock as clock } from '@keyrace/environment/real'
import { describe, expect, test } from 'vitest'
import { runLoad } from './load.ts'

const run = { clock, random: createRandom(7), stream: 'block-1' }

describe.each(['constant', 'poisson'] as const)('open load with %s arrivals', (arrivals) => {
  const load = { kind: 'open', arrivals, ratePerSecond: 200 } as const

  test('starts so many tasks, and takes the time that they are spread over', async () => {
    const started: number[] = []
    const report = await runLoad(load, {
      ...run,
      count: 10,
      start: async (index) => void started.push(index),
    })
    expect(started).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(report.lagsMs).toHaveLength(10)
    expect(report.tookMs).toBeGreaterThanOrEqual(50)
  })

  test('has no more than 64 tasks under way at the same time', async () => {
    const { most, start } = createCrowd(64)
    const { heldBack } = await runLoad(
      { ...load, ratePerSecond: 10_000 },
      { ...run, count: 80, start },
    )
    expect(most()).toBe(64)
    expect(heldBack).toBeGreaterThan(0)
  })
})

describe('a closed loop', () => {
  const load = { kind: 'closed', clients: 3 } as const

  test('keeps so many people at work, until all is done', async () => {
    const { most, start } = createCrowd(3)
    const report = await runLoad(load, { ...run, count: 10, start })
    expect(most()).toBe(3)
    expect(report).toMatchObject({ lagsMs: Array(10).fill(0), heldBack: 0 })
    expect(report.tookMs).toBeGreaterThan(0)
  })

  test('lets each start again as soon as their last task has ended', async () => {
    const started: number[] = []
    const { promise: never, resolve: end } = Promise.withResolvers<void>()
    await runLoad(
      { ...load, clients: 2 },
      {
        ...run,
        count: 5,
        async start(index) {
          started.push(index)
          if (index === 0) await never
          if (index === 4) end()
        },
      },
    )
    expect(started).toEqual([0, 1, 2, 3, 4])
  })

  test('of more people than tasks starts no task twice', async () => {
    const { most, start } = createCrowd(2)
    const { lagsMs } = await runLoad(load, { ...run, count: 2, start })
    expect([most(), lagsMs.length]).toEqual([2, 2])
  })

  test('that is aborted starts no more, and waits for what it had started', async () => {
    const controller = new AbortController()
    const { signal } = controller
    const ended: number[] = []
    const report = await runLoad(load, {
      ...run,
      count: 100,
      signal,
      async start(index) {
        if (index === 1) controller.abort()
        await sleep(clock, 5)
        ended.push(index)
      },
    })
    expect(ended).toEqual([0, 1])
    expect(report.lagsMs).toHaveLength(2)
  })
})

/** Tasks that wait until so many of them are under way, and the most of them that ever were. */
function createCrowd(size: number) {
  const gathered = Promise.withResolvers<void>()
  let [running, most] = [0, 0]
  return {
    most: () => most,
    async start() {
      most = Math.max(most, ++running)
      if (running === size) gathered.resolve()
      await gathered.promise
      await sleep(clock, 5)
      running--
    },
  }
}
