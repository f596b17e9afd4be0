import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { headers } from '@keyrace/contracts'
import type { Call } from '@keyrace/environment'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import type { Controller } from './controller.ts'
import { createHttpServer } from './http-server.ts'

const path = '/v2/hooks/changes/stream?epoch=e&since=4'
const heartbeat = { kind: 'heartbeat', revision: 5, asOfMs: 0 }

let server: FastifyInstance
let calls: Call[]
afterEach(() => server.close())

test('an event is data with an id to resume from, and one without a revision has none', async () => {
  await serve(async function* () {
    yield heartbeat
    yield { kind: 'gone' }
  })
  const answer = await server.inject({ url: path })
  expect(answer.headers).toMatchObject({
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    [headers.epoch]: 'e-1',
  })
  expect(answer.body).toBe(
    `id: e-1.5\ndata: ${JSON.stringify(heartbeat)}\n\ndata: {"kind":"gone"}\n\n`,
  )
})

test.each([
  ['nothing', {}, { epoch: 'e', since: 4 }],
  ['the last event', { 'last-event-id': 'e-1.77' }, { epoch: 'e-1', since: 77 }],
  ['what is no position', { 'last-event-id': 'e-1' }, { epoch: 'e', since: 4 }],
])('who names %s goes on from there', async (_, sent, query) => {
  await serve(async function* () {})
  await server.inject({ url: path, headers: sent })
  expect(calls.map(({ input }) => input.query)).toEqual([query])
})

test('the last event alone says where to go on', async () => {
  await serve(async function* () {})
  const url = '/v2/hooks/changes/stream'
  const resumed = await server.inject({ url, headers: { 'last-event-id': 'e.7' } })
  expect([resumed.statusCode, (await server.inject({ url })).statusCode]).toEqual([200, 400])
})

test('a stream ends when its reader leaves, and when the server closes, which it does not hold up', async () => {
  const ended: string[] = []
  await serve(async function* ({ headers: { name = '' }, signal = expect.fail('no signal') }) {
    yield heartbeat
    await once(signal, 'abort')
    ended.push(name)
  })
  const [leaving] = await Promise.all([open('leaving'), open('staying')])
  leaving.destroy()
  await expect.poll(() => ended).toEqual(['leaving'])
  await server.close()
  expect(ended).toEqual(['leaving', 'staying'])
})

test('a reader that does not read is not written to without end', async () => {
  let produced = 0
  const event = { ...heartbeat, padding: 'x'.repeat(2 ** 20) }
  await serve(async function* () {
    for (;;) {
      produced++
      yield event
      await turn()
    }
  })
  const connection = await open('idle')
  const produce = async () => {
    const before = produced
    await new Promise((resolve) => setTimeout(resolve, 50))
    return produced - before
  }
  await expect.poll(produce, { timeout: 5_000 }).toBe(0)
  expect(produced).toBeLessThan(100)
  connection.destroy()
})

/** A server before a controller that answers every call with these events. */
async function serve(events: (call: Call) => AsyncIterable<unknown>): Promise<void> {
  calls = []
  const controller: Controller = {
    start: async () => {},
    close: async () => {},
    async answer(call) {
      calls.push(call)
      const sent = { [headers.epoch]: 'e-1' }
      return { status: 200, headers: sent, body: null, text: '', events: events(call) }
    },
  }
  server = await createHttpServer(controller, { logger: pino({ level: 'silent' }) })
}

/** A connection over which the first of the events has come, and nothing more is read. */
async function open(name: string): Promise<Socket> {
  if (!server.server.listening) await server.listen({ host: '127.0.0.1', port: 0 })
  const { port } = server.server.address() as AddressInfo
  const connection = connect(port, '127.0.0.1')
  connection.write(`GET ${path} HTTP/1.1\r\nhost: h\r\nname: ${name}\r\n\r\n`)
  await once(connection, 'data')
  connection.pause()
  return connection
}
