import { errorBody, headers } from '@keyrace/contracts'
import { type Answer, type Call, type Transport, TransportError } from '@keyrace/environment'
import { expect, test } from 'vitest'
import { type Credentials, createControllerClient } from './client.ts'

const owner = { username: 'alice', apps: ['web'] }
const stamp = { [headers.epoch]: 'e1', [headers.revision]: '7' }
const params = { fingerprint: `SHA256:${'A'.repeat(43)}` }

test('an answer of the promised status and shape is the reply, with its stamp', async () => {
  const answered = { status: 200, headers: { ...stamp, [headers.generation]: '3' }, body: owner }
  expect(await ask(async () => answered)).toEqual({
    ok: true,
    body: owner,
    stamp: { epoch: 'e1', revision: 7, generation: 3 },
  })
})

test('a refusal that the contract foresees is a value', async () => {
  expect(await ask(async () => refusal('key-not-found', 404))).toMatchObject({
    ok: false,
    code: 'key-not-found',
    detail: 'No Key matches the given query.',
  })
})

test.each<readonly [string, Answer, string]>([
  ['a body without a promised field', { status: 200, headers: stamp, body: {} }, 'malformed'],
  ['no body', { status: 200, headers: stamp, body: null }, 'malformed'],
  ['a refusal by something in between', { status: 404, headers: {}, body: '<html>' }, 'malformed'],
  ['a redirect', { status: 302, headers: {}, body: null }, 'malformed'],
  ['a code that goes with another status', refusal('key-not-found', 500), 'malformed'],
  ['an error of the server', refusal('server-error', 500), 'server-error'],
  ['a wrong token', refusal('unauthenticated', 401), 'unauthenticated'],
])('%s is ControllerUnavailable, and never a value', async (_, answer, code) => {
  const asking = ask(async () => answer)
  await expect(asking).rejects.toMatchObject({ name: 'ControllerUnavailable', code })
})

test('a transport that fails is ControllerUnavailable with its code and cause', async () => {
  const cause = new TransportError('timeout', 'too late')
  const asking = ask(() => Promise.reject(cause))
  await expect(asking).rejects.toMatchObject({ code: 'timeout', cause })
})

test('a fault of our own passes through as it is', async () => {
  const fault = new TypeError('a bug')
  await expect(ask(() => Promise.reject(fault))).rejects.toBe(fault)
})

test('a builder sends its token and what the request is charged to', async () => {
  const calls: Call[] = []
  await ask(async (call) => {
    calls.push(call)
    return { status: 200, headers: stamp, body: owner }
  })
  expect(calls).toMatchObject([
    { headers: { [headers.builderToken]: 'secret', [headers.purpose]: 'authorize' }, timeoutMs: 9 },
  ])
})

test.each<[Credentials, Record<string, string>]>([
  [{ user: 't' }, { [headers.userToken]: 'token t' }],
  [{ operator: 't' }, { [headers.userToken]: 'token t' }],
  ['none', {}],
])('credentials %j are sent as Deis expects them, and nothing else', async (credentials, sent) => {
  const calls: Call[] = []
  const call = async (received: Call) => {
    calls.push(received)
    return { status: 200, headers: {}, body: { status: 'ok' } }
  }
  const client = createControllerClient({
    transport: { call, close: async () => {} },
    credentials,
  })
  expect(await client.call('healthz', {}, { timeoutMs: 9 })).toMatchObject({ stamp: undefined })
  expect(calls.map((received) => received.headers)).toEqual([sent])
})

function ask(call: Transport['call']) {
  const client = createControllerClient({
    transport: { call, close: async () => {} },
    credentials: { builder: 'secret' },
  })
  return client.call('keyOwner', { params, query: {} }, { timeoutMs: 9, purpose: 'authorize' })
}

function refusal(code: 'key-not-found' | 'server-error' | 'unauthenticated', status: number) {
  return { status, headers: { ...stamp, [headers.code]: code }, body: errorBody(code) }
}
