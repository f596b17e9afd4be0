import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { endpoints } from '@keyrace/contracts'
import { expect, test } from 'vitest'
import { createHttpTransport } from './real/http-transport.ts'
import type { Call } from './transport.ts'
import { withoutDeadlines } from './without-deadlines.ts'

const call: Call = { endpoint: endpoints.healthz, input: {}, headers: {}, timeoutMs: 20 }

test('an answer that comes late is taken, however little time there was for it', async () => {
  const answer = { status: 200, headers: {}, body: null }
  const late = async ({ timeoutMs }: Call) => {
    if (timeoutMs <= 1_000) throw new Error('out of time')
    return answer
  }
  const transport = { call: late, close: async () => {} }
  await expect(transport.call(call)).rejects.toThrow('out of time')
  expect(await withoutDeadlines(transport).call(call)).toBe(answer)
})

test('calls share connections, but for those that keep none alive', async () => {
  expect(await countConnections(true, 6)).toBeLessThan(6)
  expect(await countConnections(false, 6)).toBe(6)
})

/** For so many calls, one after the other. */
async function countConnections(keepAlive: boolean, calls: number): Promise<number> {
  const server = createServer((_, response) => response.end('{}')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  let connections = 0
  server.on('connection', () => connections++)
  const { port } = server.address() as AddressInfo
  const transport = createHttpTransport({ origin: `http://127.0.0.1:${port}`, keepAlive })
  const patient = { ...call, timeoutMs: 5_000 }
  for (let made = 0; made < calls; made++) await transport.call(patient)
  await transport.close()
  server.closeAllConnections()
  server.close()
  return connections
}
