import { type Answer, type Call, sleep } from '@keyrace/environment'
import { expect, test } from 'vitest'
import { type Simulation, simulate } from '../simulate.ts'
import { createNetwork, type NetworkDeps } from './network.ts'
import { createSimulatedTransport } from './transport.ts'

const endpoint = { method: 'POST', path: '/echo', events: {} } as Call['endpoint']
const call: Call = { endpoint, input: {}, headers: {}, timeoutMs: 20 }

test('what one side does to a body afterwards does not reach the other side', async () => {
  await simulate(1, async (simulation) => {
    const kept: { asked?: string[]; answered?: string[] } = {}
    const transport = transportTo(simulation, async ({ input }) => {
      kept.asked = input.body as string[]
      kept.answered = ['answer']
      return { status: 200, headers: {}, body: kept.answered }
    })
    const asked = ['question']
    const calling = transport.call({ endpoint, input: { body: asked }, headers: {}, timeoutMs: 99 })
    asked.push('after sending')
    const { body } = await calling
    kept.answered?.push('after answering')
    expect(kept.asked).toEqual(['question'])
    expect(body).toEqual(['answer'])
  })
})

test('a late answer is a TransportError with the code timeout', async () => {
  await simulate(1, async (simulation) => {
    const transport = transportTo(simulation, () => new Promise(() => {}))
    const call = transport.call({ endpoint, input: {}, headers: {}, timeoutMs: 20 })
    await expect(call).rejects.toMatchObject({ name: 'TransportError', code: 'timeout' })
  })
})

test('after close nothing is sent', async () => {
  await simulate(1, async (simulation) => {
    const transport = transportTo(simulation, () => expect.fail('it was sent'))
    await transport.close()
    const call = transport.call({ endpoint, input: {}, headers: {}, timeoutMs: 20 })
    await expect(call).rejects.toMatchObject({ code: 'closed' })
    expect(simulation.kernel.pending()).toBe(0)
  })
})

test('leaving a call out leaves the others as they were, be it that only their bodies differ', async () => {
  const all = await timesOf(['one', 'two', 'three'])
  const fewer = await timesOf(['one', 'three'])
  expect(fewer).toEqual([all[0], all[2]])
  expect(new Set(all).size).toBe(3)
})

test('events come in their order, later than they were told, and as copies', async () => {
  await simulate(1, async (simulation) => {
    const { clock } = simulation
    const kept: { n: number; toldAt: number }[] = []
    const transport = transportTo(
      simulation,
      telling(async function* () {
        for (let n = 0; n < 20; n++) {
          const event = { n, toldAt: clock.now() }
          kept.push(event)
          yield event
          await sleep(clock, n % 3)
        }
      }),
    )
    const { events = expect.fail('no events') } = await transport.call(call)
    const seen: unknown[] = []
    for await (const event of events as AsyncIterable<{ toldAt: number }>) {
      expect(clock.now()).toBeGreaterThan(event.toldAt)
      expect(kept).not.toContain(event)
      seen.push(event)
    }
    expect(seen).toEqual(kept)
    expect(seen).toHaveLength(20)
  })
})

test('a cut link makes a stream silent, and neither ends it nor lets it go on', async () => {
  await simulate(1, async (simulation) => {
    const { clock } = simulation
    const isCut = (from: string, _to: string, atMs: number) =>
      from === 'controller' && atMs >= 50 && atMs < 60
    const transport = transportTo(
      simulation,
      telling(() => ticks(simulation)),
      { isCut },
    )
    const leaving = new AbortController()
    const seen: unknown[] = []
    const reading = read(await transport.call({ ...call, signal: leaving.signal }), seen)
    await sleep(clock, 1_000)
    expect(seen.at(-1)).toBeLessThan(50)
    expect(await Promise.race([reading, sleep(clock, 1_000).then(() => 'silent')])).toBe('silent')
    leaving.abort()
    await reading
  })
})

test.each(['the signal', 'its reader'])(
  'a stream that %s ends is ended on the other side, too',
  async (by) => {
    await simulate(1, async (simulation) => {
      const { clock } = simulation
      let endedAt: number | undefined
      const transport = transportTo(
        simulation,
        telling(async function* ({ signal }) {
          while (!signal?.aborted) {
            yield clock.now()
            await sleep(clock, 5)
          }
          endedAt = clock.now()
        }),
      )
      const leaving = new AbortController()
      const { events = expect.fail('no events') } = await transport.call({
        ...call,
        signal: leaving.signal,
      })
      let count = 0
      for await (const _ of events) {
        if (++count < 3) continue
        if (by === 'its reader') break
        leaving.abort()
      }
      expect([count, endedAt]).toEqual([3, undefined])
      await sleep(clock, 20)
      expect(endedAt).toBeLessThan(clock.now())
    })
  },
)

test('whoever does not read holds the other side up', async () => {
  await simulate(1, async (simulation) => {
    let told = 0
    const transport = transportTo(
      simulation,
      telling(async function* () {
        for (;;) yield told++
      }),
    )
    const { events = expect.fail('no events') } = await transport.call(call)
    await sleep(simulation.clock, 1_000)
    expect(told).toBeLessThan(100)
    for await (const event of events) if (event === 300) break
    expect(told).toBeGreaterThan(300)
  })
})

test('a stream is an error where its client is closed', async () => {
  await simulate(1, async (simulation) => {
    const transport = transportTo(
      simulation,
      telling(() => ticks(simulation)),
    )
    const reading = read(await transport.call(call), [])
    await transport.close()
    await expect(reading).rejects.toMatchObject({ name: 'TransportError', code: 'closed' })
  })
})

test.each([0, 1.5, 50])(
  'a call that is left after %s ms does not wait, and is left on the other side',
  async (ms) => {
    await simulate(1, async (simulation) => {
      const { clock } = simulation
      const heard: unknown[] = []
      const transport = transportTo(
        simulation,
        ({ signal = expect.fail('no signal') }) =>
          new Promise(() => {
            if (signal.aborted) heard.push('already')
            else signal.addEventListener('abort', () => heard.push('then'))
          }),
      )
      const leaving = new AbortController()
      const calling = transport.call({ ...call, timeoutMs: 99, signal: leaving.signal })
      clock.timer(ms, () => leaving.abort())
      await expect(calling).rejects.toMatchObject({ name: 'TransportError', code: 'closed' })
      expect(clock.now()).toBe(ms)
      await sleep(clock, 10)
      expect(heard).toHaveLength(1)
    })
  },
)

async function* ticks({ clock }: Simulation) {
  for (;;) {
    yield clock.now()
    await sleep(clock, 1)
  }
}

function telling(events: (call: Call) => AsyncIterable<unknown>) {
  return async (asked: Call) => ({ status: 200, headers: {}, body: null, events: events(asked) })
}

async function read({ events = expect.fail('no events') }: Answer, seen: unknown[]) {
  for await (const event of events) seen.push(event)
}

async function timesOf(bodies: readonly string[]): Promise<readonly number[]> {
  const { result } = await simulate(5, async (simulation) => {
    const transport = transportTo(simulation, async () => ({
      status: 200,
      headers: {},
      body: null,
    }))
    return Promise.all(
      bodies.map(async (body) => {
        await transport.call({ endpoint, input: { body }, headers: {}, timeoutMs: 99 })
        return simulation.clock.now()
      }),
    )
  })
  return result
}

function transportTo(
  { kernel, random }: Simulation,
  answer: (call: Call) => Promise<Answer>,
  faults: Pick<NetworkDeps, 'isCut'> = {},
) {
  const network = createNetwork({ kernel, random, latencyMs: { from: 1, to: 3 }, ...faults })
  return createSimulatedTransport({ network, from: 'builder', to: 'controller', answer })
}
