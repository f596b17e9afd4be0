import { sleep } from '@keyrace/environment'
import { expect, test } from 'vitest'
import { simulate } from '../simulate.ts'
import { createNetwork, type NetworkDeps } from './network.ts'

const latencyMs = { from: 2, to: 9 }

test('a question and its answer each take a latency from the range', async () => {
  await simulate(1, async ({ clock, kernel, random }) => {
    const { request } = createNetwork({ kernel, random, latencyMs }).link('a', 'b')
    for (const name of ['one', 'two', 'three']) {
      const askedAt = clock.now()
      let servedAt = Number.NaN
      const answer = await request(name, 100, async () => {
        servedAt = clock.now()
        return name
      })
      expect(answer).toBe(name)
      for (const took of [servedAt - askedAt, clock.now() - servedAt]) {
        expect(took).toBeGreaterThanOrEqual(latencyMs.from - 1e-6)
        expect(took).toBeLessThanOrEqual(latencyMs.to + 1e-6)
      }
    }
  })
})

test('an answer that comes too late is a timeout, and is not delivered afterwards', async () => {
  await simulate(1, async ({ clock, kernel, random }) => {
    const { request } = createNetwork({ kernel, random, latencyMs }).link('a', 'b')
    const late = request('slow', 50, () => sleep(clock, 1_000))
    await expect(late).rejects.toMatchObject({ name: 'TransportError', code: 'timeout' })
    expect(clock.now()).toBe(50)
  })
})

test('a timely answer leaves no timer behind', async () => {
  await simulate(1, async ({ kernel, random }) => {
    const { request } = createNetwork({ kernel, random, latencyMs }).link('a', 'b')
    await request('quick', 1_000, async () => {})
    expect(kernel.pending()).toBe(0)
  })
})

test('the messages of a stream arrive in the order in which they were sent', async () => {
  const sent = Array.from({ length: 30 }, (_, index) => `${index}`)
  expect(await received(sent, {})).toEqual(sent)
})

test('after a lost message a stream delivers nothing, although the way is free again', async () => {
  const isCut = (_from: string, _to: string, atMs: number) => atMs === 3
  expect(await received(['0', '1', '2', '3', '4', '5'], { isCut })).toEqual(['0', '1', '2'])
})

test('a cut in one direction loses the answer and not the question', async () => {
  await simulate(1, async ({ kernel, random }) => {
    const isCut = (from: string) => from === 'b'
    const { request } = createNetwork({ kernel, random, latencyMs, isCut }).link('a', 'b')
    let served = 0
    await expect(request('question', 50, async () => served++)).rejects.toThrow('in time')
    expect(served).toBe(1)
  })
})

test('leaving an operation out leaves the latencies of the others as they were', async () => {
  const all = await latencies(['one', 'two', 'three', 'four'])
  const fewer = await latencies(['one', 'three', 'four'])
  expect(fewer).toEqual(Object.fromEntries(Object.entries(all).filter(([name]) => name !== 'two')))
  expect(new Set(Object.values(all)).size).toBeGreaterThan(1)
})

async function received(sent: readonly string[], faults: Pick<NetworkDeps, 'isCut'>) {
  const { result } = await simulate(1, async ({ clock, kernel, random }) => {
    const stream = createNetwork({ kernel, random, latencyMs, ...faults })
      .link('a', 'b')
      .stream('s')
    const arrived: string[] = []
    for (const label of sent) {
      stream.send(label, () => arrived.push(label))
      await sleep(clock, 1)
    }
    await sleep(clock, 100)
    return arrived
  })
  return result
}

async function latencies(operations: readonly string[]): Promise<Record<string, number>> {
  const { result } = await simulate(5, async ({ clock, kernel, random }) => {
    const { request } = createNetwork({ kernel, random, latencyMs }).link('a', 'b')
    const times = operations.map(async (name) => {
      await request(name, 100, async () => {})
      return [name, clock.now()] as const
    })
    return Object.fromEntries(await Promise.all(times))
  })
  return result
}
