import { once } from 'node:events'
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
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

async function serve(
  listener: RequestListener,
  options: { connections?: number; longestAnswerBytes?: number } = {},
): Promise<void> {
  server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  transport = createHttpTransport({ origin: `http://127.0.0.1:${port}`, ...options })
}

const call: Call = { endpoint: endpoints.healthz, input: {}, headers: {}, timeoutMs: 5_000 }

const stream: Call = { ...call, endpoint: endpoints.changeStream }

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

  test('breaks off an answer that is longer than it may be', async () => {
    await serve((_, response) => response.end('[0, 1, 2]'), { longestAnswerBytes: 8 })
    await expect(transport.call(call)).rejects.toMatchObject({ code: 'malformed' })
  })

  test('once closed, says so', async () => {
    await serve((_, response) => response.end('{}'))
    await transport.close()
    await expect(transport.call(call)).rejects.toMatchObject({ code: 'closed' })
  })

  describe('reads events', () => {
    test('as they come, however they are cut', async () => {
      const text = 'id: e.1\ndata: {"n":1}\n\n: a comment\n\ndata: {"n":\ndata: "é"}\n\n'
      await serve(async (_, response) => {
        for (const byte of Buffer.from(text)) {
          response.write(Uint8Array.of(byte))
          await new Promise(setImmediate)
        }
        response.end()
      })
      const { status, body, events } = await transport.call(stream)
      expect([status, body]).toEqual([200, null])
      expect(await all(events)).toEqual([{ n: 1 }, { n: 'é' }])
    })

    test('and a refusal of them as any other answer', async () => {
      await serve((_, response) => response.writeHead(410).end('{"detail":"gone"}'))
      const answer = await transport.call(stream)
      expect(answer).toMatchObject({ status: 410, body: { detail: 'gone' } })
      expect(answer.events).toBeUndefined()
    })

    test('for longer than they took to begin, until the caller leaves', async () => {
      const leaving = new AbortController()
      const { closed } = await serveEvent()
      const { events } = await transport.call({ ...stream, timeoutMs: 50, signal: leaving.signal })
      setTimeout(() => leaving.abort(), 100)
      expect(await all(events)).toEqual([{ n: 1 }])
      await closed
    })

    test('until their reader returns', async () => {
      const { closed } = await serveEvent()
      const { events = expect.fail('no events') } = await transport.call(stream)
      for await (const event of events) {
        expect(event).toEqual({ n: 1 })
        break
      }
      await closed
    })

    test.each<[string, (response: ServerResponse) => void, string]>([
      ['a connection that breaks is', (response) => response.destroy(), 'unreachable'],
      ['what is not JSON is', (response) => response.write('data: {\n\n'), 'malformed'],
      ['a client that is closed is', () => void transport.close(), 'closed'],
    ])('and %s an error', async (_, end, code) => {
      let answering: ServerResponse | undefined
      await serve((_request, response) => {
        answering = response
        response.write('data: {"n":1}\n\n')
      })
      const { events } = await transport.call(stream)
      setImmediate(() => end(answering ?? expect.fail('nobody asked')))
      await expect(all(events)).rejects.toMatchObject({ name: 'TransportError', code })
    })

    test('no longer than it may wait for their beginning', async () => {
      await serve(() => {})
      const failure = transport.call({ ...stream, timeoutMs: 50 })
      await expect(failure).rejects.toMatchObject({ code: 'timeout' })
    })
  })

  test('calls that are held, and streams, take no connection from other calls', async () => {
    await serve(
      (request, response) => {
        if (request.url === '/v2/hooks/changes/stream') response.write('data: {}\n\n')
        else if (request.url !== '/held') response.end('{}')
      },
      { connections: 1 },
    )
    const leaving = new AbortController()
    const { signal } = leaving
    const held = {
      ...call,
      endpoint: { ...call.endpoint, path: '/held', held: true as const },
      signal,
    }
    const waiting = Promise.allSettled([transport.call(held), transport.call(held)])
    await transport.call({ ...stream, signal })
    await transport.call({ ...stream, signal })
    expect(await transport.call(call)).toMatchObject({ status: 200 })
    leaving.abort()
    for (const { status, reason } of (await waiting) as PromiseRejectedResult[]) {
      expect([status, reason]).toMatchObject(['rejected', { code: 'closed' }])
    }
  })

  test('a call whose caller has left is not made', async () => {
    let requests = 0
    await serve((_, response) => {
      requests++
      response.end('{}')
    })
    const failure = transport.call({ ...call, signal: AbortSignal.abort() })
    await expect(failure).rejects.toMatchObject({ code: 'closed' })
    await transport.call(call)
    expect(requests).toBe(1)
  })
})

/** Answers one event and no end. */
async function serveEvent(): Promise<{ readonly closed: Promise<void> }> {
  const { promise: closed, resolve } = Promise.withResolvers<void>()
  await serve((_, response) => {
    response.on('close', resolve)
    response.write('data: {"n":1}\n\n')
  })
  return { closed }
}

async function all(events: AsyncIterable<unknown> | undefined): Promise<unknown[]> {
  const seen: unknown[] = []
  for await (const event of events ?? expect.fail('no events')) seen.push(event)
  return seen
}
