import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { endpoints, type FeedEvent, headers } from '@keyrace/contracts'
import { createHttpTransport, realClock, realIds } from '@keyrace/environment/real'
import type { InjectOptions } from 'fastify'
import { pino } from 'pino'
import { afterAll, expect, test } from 'vitest'
import { createController } from './controller.ts'
import { createHttpServer } from './http-server.ts'
import { createMemoryStore } from './store/memory/memory-store.ts'
import { plainSecrets } from './store/testing/fixture.ts'

const log: string[] = []
const store = { ...createMemoryStore({ epoch: 'e', timestamp: () => '2016-03-01T12:00:00Z' }) }
const controller = createController({
  store,
  clock: realClock,
  ids: realIds,
  secrets: plainSecrets,
  operatorToken: 'operator-secret',
  builderTokens: { poll: 'secret-of-poll' },
})
const logger = pino({ level: 'error' }, { write: (line: string) => void log.push(line) })
const server = await createHttpServer(controller, { logger })
afterAll(() => server.close())

const builder = { [headers.builderToken]: 'secret-of-poll' }
const operator = { [headers.userToken]: 'token operator-secret' }
const json = { 'content-type': 'application/json' }
const ndjson = { 'content-type': 'application/x-ndjson' }
const register = { method: 'POST', url: '/v2/auth/register', headers: json } as const

test('bodies are as Deis had them', async () => {
  const missing = await server.inject({
    url: `/v2/hooks/key/${encodeURIComponent(`SHA256:${'/+'.repeat(21)}A`)}`,
    headers: builder,
  })
  expect([missing.statusCode, missing.body]).toEqual([404, '"No Key matches the given query."'])
  expect(missing.headers).toMatchObject({ [headers.apiVersion]: '2.3', [headers.revision]: '0' })
  const refused = await server.inject({ url: '/v2/hooks/snapshot/' })
  expect([refused.statusCode, refused.json()]).toEqual([
    401,
    { detail: 'Unauthorized: Missing or Invalid Token' },
  ])
})

test.each<[string, InjectOptions]>([
  ['an app name with a slash', { url: '/v2/hooks/keys/..%2Fx', headers: builder }],
  ['an app name with a newline', { url: '/v2/hooks/keys/a%0Ab', headers: builder }],
  ['an app name that begins with a hyphen', { url: '/v2/hooks/keys/-u', headers: builder }],
  ['an app name of 4 KiB', { url: `/v2/hooks/keys/${'a'.repeat(4096)}`, headers: builder }],
  ['an escape that is none', { url: '/v2/hooks/keys/%zz', headers: builder }],
  ['a half fingerprint', { url: '/v2/hooks/key/SHA256:abc', headers: builder }],
  ['a number out of range', { url: '/v2/admin/audit?limit=0', headers: operator }],
  ['no number', { url: '/v2/admin/audit?after=soon', headers: operator }],
  ['a body that is not JSON', { ...register, payload: '{' }],
  ['a body without a field', { ...register, payload: '{"username":"alice"}' }],
  ['a number for a name', { ...register, payload: '{"username":1,"password":"p"}' }],
  ['a body without a type', { ...register, headers: {}, payload: 'username=alice' }],
  ['a body of 2 MiB', { ...register, payload: JSON.stringify('x'.repeat(2 ** 21)) }],
  [
    'an import that is not NDJSON',
    { method: 'POST', url: '/v2/admin/import', headers: { ...operator, ...json }, payload: '{}' },
  ],
])('%s is an invalid request, and nothing is created', async (_, request) => {
  const before = await store.revision()
  const answer = await server.inject(request)
  expect([answer.statusCode, answer.headers[headers.code]]).toEqual([400, 'invalid-request'])
  expect(answer.json()).toEqual({ detail: expect.any(String) })
  expect(await store.revision()).toBe(before)
})

test('a route that is not there says so', async () => {
  const answer = await server.inject({ url: '/v2/nothing' })
  expect([answer.statusCode, answer.headers[headers.code]]).toEqual([404, 'route-not-found'])
})

test('a fault of our own goes to the log, and not to the caller', async () => {
  const { snapshot } = store
  store.snapshot = () => Promise.reject(new RangeError('secret of the house'))
  const answer = await server.inject({ url: '/v2/hooks/snapshot', headers: builder })
  store.snapshot = snapshot
  expect([answer.statusCode, answer.body]).toEqual([500, '{"detail":"Server Error"}'])
  expect(answer.headers[headers.code]).toBe('server-error')
  expect(log.join()).toContain('secret of the house')
})

test('a snapshot that the caller has is not sent again', async () => {
  const url = '/v2/hooks/snapshot'
  const first = await server.inject({ url, headers: builder })
  const tag = `${first.headers.etag}`
  const again = await server.inject({ url, headers: { ...builder, 'if-none-match': tag } })
  expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', '"e.0"'])
  expect(again.headers).toMatchObject({ [headers.epoch]: 'e', [headers.revision]: '0' })
})

test('an import whose sender goes away leaves nothing behind', async () => {
  const connection = connect(await listeningPort(), '127.0.0.1')
  const line = '{"kind":"user","username":"alice"}\n'
  connection.write(`POST /v2/admin/import HTTP/1.1\r\nhost: h\r\ncontent-length: 9999\r\n`)
  connection.write(`content-type: application/x-ndjson\r\n`)
  connection.write(`authorization: token operator-secret\r\n\r\n${line}`)
  await once(connection, 'ready')
  connection.end()
  await expect.poll(() => log.join()).toContain('POST /v2/admin/import failed')
  expect(await store.revision()).toBe(0)
})

test('an import that is refused at its beginning answers before its end', async () => {
  const port = await listeningPort()
  const lines = ['nonsense\n', ...Array<string>(200).fill('x'.repeat(64 * 1024))]
  const answer = await fetch(`http://127.0.0.1:${port}/v2/admin/import`, {
    method: 'POST',
    headers: { ...operator, ...ndjson },
    body: ReadableStream.from(lines.map((line) => Buffer.from(line))),
    duplex: 'half',
  } as RequestInit)
  expect(answer.status).toBe(400)
  expect(await answer.json()).toEqual({ detail: expect.stringMatching(/^line 1: /) })
})

test('a connection over which nothing was asked does not hold up a server that closes', async () => {
  const closing = await createHttpServer(controller, { logger })
  await closing.listen({ host: '127.0.0.1', port: 0 })
  const silent = connect((closing.server.address() as AddressInfo).port, '127.0.0.1')
  await once(closing.server, 'connection')
  const left = once(silent, 'close')
  await closing.close()
  await left
})

async function listeningPort(): Promise<number> {
  if (!server.server.listening) await server.listen({ host: '127.0.0.1', port: 0 })
  return (server.server.address() as AddressInfo).port
}

test('what is committed is told to those who follow, before the next heartbeat', async () => {
  const transport = createHttpTransport({ origin: `http://127.0.0.1:${await listeningPort()}` })
  const { events = expect.fail('no events') } = await transport.call({
    endpoint: endpoints.changeStream,
    input: { query: { epoch: 'e', since: await store.revision(), heartbeatMs: 60_000 } },
    headers: builder,
    timeoutMs: 5_000,
  })
  const seen: unknown[] = []
  for await (const event of events as AsyncIterable<FeedEvent>) {
    seen.push(event.kind)
    if (event.kind === 'heartbeat') {
      await server.inject({ ...register, payload: '{"username":"alice","password":"p"}' })
    } else if (event.kind === 'changes') {
      expect(event.changes).toMatchObject([{ kind: 'createUser', user: 'alice' }])
      break
    }
  }
  expect(seen).toEqual(['heartbeat', 'changes'])
  await transport.close()
})

test('the OpenAPI page describes every endpoint', async () => {
  const { paths } = (await server.inject({ url: '/documentation/json' })).json()
  const described = Object.entries<object>(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const contracted = Object.values(endpoints).map(
    ({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`,
  )
  expect(described.sort()).toEqual(contracted.sort())
  expect((await server.inject({ url: '/documentation' })).statusCode).toBe(200)
  const { responses } = paths['/v2/hooks/key/{fingerprint}'].get
  expect(Object.keys(responses)).toEqual(['200', '400', '401', '404', '500'])
  expect(responses[200].headers).toHaveProperty(headers.revision)
  const { content } = paths['/v2/admin/import'].post.requestBody
  expect(content['application/x-ndjson'].schema.anyOf).toHaveLength(4)
})
