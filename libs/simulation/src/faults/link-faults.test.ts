import type { PlannedFault } from '@keyrace/contracts'
import { sleep, TransportError } from '@keyrace/environment'
import { expect, test } from 'vitest'
import { createNetwork, type Link, type Network } from '../ports/network.ts'
import { createNodes } from '../ports/nodes.ts'
import { type Simulation, simulate } from '../simulate.ts'
import type { InjectedFault, Vulnerable } from './fault.ts'
import { createImpediments } from './impediments.ts'
import { faults } from './index.ts'

const latencyMs = { from: 2, to: 9 }
const timeoutMs = 1_000

test.each([
  [{}, { question: false, answer: true }],
  [
    { node: 'b', peer: 'a' },
    { question: true, answer: false },
  ],
  [{ bothWays: true }, { question: false, answer: false }],
  [{ peer: 'somebody else' }, { question: true, answer: true }],
])('a cut that is %o loses what goes that way, and no more', (changes, { question, answer }) =>
  withLink(async ({ link, befall }) => {
    const fault = befall({ kind: 'cut', ...changes })
    let arrived = 0
    const asking = link.request('asked', timeoutMs, async () => ++arrived)
    if (question && answer) await asking
    else await expect(asking).rejects.toMatchObject({ code: 'timeout' })
    expect(arrived).toBe(question ? 1 : 0)
    expect(fault.effects()).toBe(question && answer ? 0 : 1)
    fault.heal()
    expect(await link.request('again', timeoutMs, async () => 'there')).toBe('there')
  }),
)

test('a delay is added to each message', () =>
  withLink(async ({ clock, link, befall }) => {
    befall({ kind: 'delay', strength: 100, bothWays: true })
    await link.request('asked', timeoutMs, async () => {})
    expect(clock.now()).toBeGreaterThanOrEqual(200 + 2 * latencyMs.from)
  }))

test('messages of a stream that are reordered arrive in order all the same, and requests overtake', () =>
  withLink(async ({ clock, link, befall }) => {
    const fault = befall({ kind: 'reorder', strength: 0.5 })
    const names = Array.from({ length: 30 }, (_, n) => `${n}`)
    const [streamed, asked]: [string[], string[]] = [[], []]
    const stream = link.stream('s')
    for (const name of names) {
      stream.send(name, () => streamed.push(name))
      void link.request(name, timeoutMs, async () => asked.push(name))
    }
    await sleep(clock, 200)
    expect(streamed).toEqual(names)
    expect(asked).not.toEqual(names)
    expect(asked.toSorted()).toEqual(names.toSorted())
    expect(fault.effects()).toBeGreaterThan(10)
  }))

test('only what may be sent again arrives twice, and is answered once', () =>
  withLink(async ({ clock, link, befall }) => {
    const fault = befall({ kind: 'duplicate', strength: 1 })
    const served: string[] = []
    const ask = (name: string, mayRepeat: boolean) =>
      link.request(
        name,
        timeoutMs,
        async (isRepeated) => {
          served.push(isRepeated ? `${name} again` : name)
          return isRepeated
        },
        { mayRepeat },
      )
    const stream = link.stream('s')
    stream.send('streamed', () => served.push('streamed'))
    expect(await ask('harmless', true)).toBe(false)
    await ask('not harmless', false)
    await sleep(clock, 500)
    expect(served.toSorted()).toEqual(['harmless', 'harmless again', 'not harmless', 'streamed'])
    expect(fault.effects()).toBe(1)
  }))

test('what is stalled arrives when that is over, streams in order', () =>
  withLink(async ({ clock, link, befall }) => {
    const faults = [befall({ kind: 'stall' }), befall({ id: 'another', kind: 'stall' })]
    const arrived: string[] = []
    const stream = link.stream('s')
    const send = (name: string) => stream.send(name, () => arrived.push(name))
    for (const name of ['1', '2']) send(name)
    await sleep(clock, 100)
    faults[0]?.heal()
    send('3')
    await sleep(clock, 100)
    expect(arrived).toEqual([])
    faults[1]?.heal()
    send('4')
    await sleep(clock, 100)
    expect(arrived).toEqual(['1', '2', '3', '4'])
  }))

test('a share of the messages is lost, and a stream that has lost one is dead', () =>
  withLink(async ({ clock, link, befall }) => {
    const fault = befall({ kind: 'lose', strength: 0.5 })
    let served = 0
    const asking = Array.from({ length: 40 }, (_, n) =>
      link.request(`${n}`, 50, async () => ++served).catch(() => {}),
    )
    await Promise.all(asking)
    expect(served).toBe(40 - fault.effects())
    const arrived: number[] = []
    const stream = link.stream('s')
    for (let n = 0; n < 20; n++) stream.send('one', () => arrived.push(n))
    await sleep(clock, 50)
    expect(arrived.length).toBeLessThan(10)
    expect(arrived).toEqual(arrived.map((_, n) => n))
  }))

test('a fault never changes what another one does, nor the latencies of what neither touches', async () => {
  const lose = { kind: 'lose', strength: 0.3, id: 'loss' } as const
  const reorder = { kind: 'reorder', strength: 0.3, id: 'order' } as const
  const [none, one, both] = [await times([]), await times([lose]), await times([lose, reorder])]
  const lost = Object.keys(one).filter((name) => one[name] === undefined)
  expect(lost.length).toBeGreaterThan(5)
  expect(Object.keys(both).filter((name) => both[name] === undefined)).toEqual(lost)
  const late = Object.keys(both).filter((name) => both[name] !== one[name])
  expect(late.length).toBeGreaterThan(5)
  for (const name of Object.keys(none).filter((name) => !lost.includes(name))) {
    expect(one[name]).toBe(none[name])
    if (!late.includes(name)) expect(both[name]).toBe(none[name])
  }
})

test('whoever asks one that dies learns that the connection broke, and nothing of the dead answers', () =>
  withLink(async ({ clock, link, nodes }) => {
    const server = nodes.host('b').start()
    const asking = link.request('asked', timeoutMs, () => sleep(server.clock, 100))
    const broken = asking.catch((error: unknown) => error)
    let breaks = 0
    link.onBreak(() => breaks++)
    await sleep(clock, 50)
    server.kill()
    expect(await broken).toMatchObject({ name: 'TransportError', code: 'unreachable' })
    expect(clock.now()).toBeLessThan(60)
    await expect(link.request('down', timeoutMs, async () => {})).rejects.toThrow(TransportError)
    nodes.host('b').start()
    expect(await link.request('up', timeoutMs, async () => 'there')).toBe('there')
    expect(breaks).toBe(1)
  }))

interface Setting extends Simulation {
  readonly link: Link
  readonly network: Network
  readonly nodes: ReturnType<typeof createNodes>
  befall(planned: Partial<PlannedFault> & Pick<PlannedFault, 'kind'>): InjectedFault
}

async function withLink<T>(use: (setting: Setting) => Promise<T>): Promise<T> {
  const { result } = await simulate(3, (simulation) => {
    const { clock, kernel, random } = simulation
    const nodes = createNodes(kernel)
    nodes.host('b')
    const network = createNetwork({ kernel, random, latencyMs, nodes })
    const world: Vulnerable = {
      ...{ clock, random, network },
      nameInPlan: (node) => node,
      processes: () => [],
      restartables: () => [],
      answers: createImpediments(),
      databaseSteps: createImpediments(),
      lists: { freeze: () => ({ heal() {}, effects: () => 0 }) },
    }
    return use({
      ...{ ...simulation, network, nodes },
      link: network.link('a', 'b'),
      befall: (changes) =>
        faults[changes.kind]({ id: 'fault', fromMs: 0, toMs: 0, node: 'a', ...changes }, world),
    })
  })
  return result
}

/** When each of a hundred questions arrives; undefined where it does not. */
function times(planned: Parameters<Setting['befall']>[0][]) {
  return withLink(async ({ clock, befall, link }) => {
    for (const fault of planned) befall(fault)
    const arrivals: Record<string, number | undefined> = {}
    for (let n = 0; n < 100; n++) {
      arrivals[n] = undefined
      const arrive = async () => {
        arrivals[n] = clock.now()
      }
      void link.request(`${n}`, timeoutMs, arrive).catch(() => {})
    }
    await sleep(clock, 2 * timeoutMs)
    return arrivals
  })
}
