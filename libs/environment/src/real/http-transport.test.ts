import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { endpoints } from '@keyrace/contracts'
import { afterEach, describe, expect, test } from 'vitest'
import type { Call, Transport } from '../transport.ts'
import { createHttpTransport } from './http-transport.ts'

let server: Server | undefined
let transport: Transport
afterEach(async () => {
  await transport.close()
  server?.closeAllConnections()
  server?.close()
  server = undefined
})

async function serve(listener: RequestListener): Promise<void> {
  server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  transport = createHttpTransport({ origin: `http://127.0.0.1:${port}` })
}

const call: Call = { endpoint: endpoints.healthz, input: {}, headers: {}, timeoutMs: 5_000 }

describe('an HTTP transport', () => {
  test('sends method, path, query, headers and body, and brings back the answer', async () => {
    const seen: unknown[] = []
    await serve((request, response) => {
      request.setEncoding('utf8').on('data', (text) => seen.push(JSON.parse(text)))
      request.on('end', () => {
        seen.push(request.method, request.url, request.headers['x-mine'])
        response.writeHead(201, { 'X-Answer': 'yes' }).end('{"a":1}')
      })
    })
    const answer = await transport.call({
      ...call,
      endpoint: { ...endpoints.settleRelease, path: '/v2/:first/:second' },
      input: {
        params: { first: 'SHA256:a/b+c', second: 'x?y' },
        query: { app: 'a&b', none: undefined },
        body: { state: 'live' },
      },
      headers: { 'x-mine': 'm' },
    })
    expect(seen).toEqual([{ state: 'live' }, 'POST', '/v2/SHA256%3Aa%2Fb%2Bc/x%3Fy?app=a%26b', 'm'])
    expect(answer).toMatchObject({ status: 201, headers: { 'x-answer': 'yes' }, body: { a: 1 } })
  })

  test('takes an answer without a body for null', async () => {
    await serve((_, response) => response.writeHead(204).end())
    expect(await transport.call(call)).toMatchObject({ status: 204, body: null })
  })

  test('gives a redirect back and does not follow it', async () => {
    let requests = 0
    await serve((_, response) => {
      requests++
      response.writeHead(302, { location: '/elsewhere' }).end()
    })
    expect(await transport.call(call)).toMatchObject({ status: 302 })
    expect(requests).toBe(1)
  })

  test('does not repeat a call that failed', async () => {
    let requests = 0
    await serve((request) => {
      requests++
      request.socket.destroy()
    })
    await expect(transport.call(call)).rejects.toMatchObject({ code: 'unreachable' })
    expect(requests).toBe(1)
  })

  test.each<[string, RequestListener]>([
    ['that never answers', () => {}],
    ['that stops in the middle of an answer', (_, response) => void response.write('{"a":')],
  ])('waits no longer than it may for a server %s', async (_, listener) => {
    await serve(listener)
    const failure = transport.call({ ...call, timeoutMs: 50 })
    await expect(failure).rejects.toMatchObject({ name: 'TransportError', code: 'timeout' })
  })

  test('says that nobody listens', async () => {
    await serve(() => {})
    server?.close()
    await expect(transport.call(call)).rejects.toMatchObject({ code: 'unreachable' })
  })

  test.each(['<html>Bad gateway</html>', '{"half":'])('calls %s malformed', async (text) => {
    await serve((_, response) => response.end(text))
    await expect(transport.call(call)).rejects.toMatchObject({ code: 'malformed' })
  })

  test('once closed, says so', async () => {
    await serve((_, response) => response.end('{}'))
    await transport.close()
    await expect(transport.call(call)).rejects.toMatchObject({ code: 'closed' })
  })
})
