import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { measureCapacity } from './capacity.ts'

let server: Server
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

async function measure(listener: RequestListener, body: string | null = null) {
  server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/v2/a%2Fb?app=c`
  const method = body === null ? 'GET' : 'POST'
  const target = { url, method, headers: { 'x-mine': 'm' }, body } as const
  return measureCapacity(target, { connections: 2, durationMs: 100 })
}

describe('the capacity of a route', () => {
  test('is what it answered, to the very request that was described', async () => {
    const seen = new Set<string>()
    let answered = 0
    const capacity = await measure((request, response) => {
      let text = ''
      request.setEncoding('utf8').on('data', (chunk) => {
        text += chunk
      })
      request.on('end', () => {
        seen.add(`${request.method} ${request.url} ${request.headers['x-mine']} ${text}`)
        answered++
        response.end('{}')
      })
    }, '{"a":1}')
    expect([...seen]).toEqual(['POST /v2/a%2Fb?app=c m {"a":1}'])
    expect(capacity.failures).toBe(0)
    expect(capacity.answered).toBeGreaterThan(0)
    expect(capacity.answered).toBeLessThanOrEqual(answered)
    expect(capacity.perSecond).toBeGreaterThan(0)
  })

  test.each<[string, RequestListener]>([
    ['refuses', (_, response) => void response.writeHead(404).end()],
    ['redirects', (_, response) => void response.writeHead(302, { location: '/' }).end()],
    ['hangs up', (request) => void request.socket.resetAndDestroy()],
  ])('of a server that %s counts failures', async (_, listener) => {
    const { failures } = await measure(listener)
    expect(failures).toBeGreaterThan(0)
  })

  test('is measured for a while only, of a server that never answers as well', async () => {
    expect(await measure(() => {})).toMatchObject({ answered: 0, perSecond: 0 })
  })
})
