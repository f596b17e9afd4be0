import type { Answer, Call } from '@keyrace/environment'
import { expect, test } from 'vitest'
import { type Simulation, simulate } from '../simulate.ts'
import { createNetwork } from './network.ts'
import { createSimulatedTransport } from './transport.ts'

const endpoint = { method: 'POST', path: '/echo' } as Call['endpoint']

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

function transportTo({ kernel, random }: Simulation, answer: (call: Call) => Promise<Answer>) {
  const network = createNetwork({ kernel, random, latencyMs: { from: 1, to: 3 } })
  return createSimulatedTransport({ network, from: 'builder', to: 'controller', answer })
}
