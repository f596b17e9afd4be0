import { errorBody, headers } from '@keyrace/contracts'
import { type Answer, type Call, type Transport, TransportError } from '@keyrace/environment'
import { expect, test } from 'vitest'
import { type CallOptions, type Credentials, createControllerClient } from './client.ts'

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

test('who has an answer names its stamp, and is told that it still stands', async () => {
  const calls: Call[] = []
  const client = clientOf(async (call) => {
    calls.push(call)
    const sent = { ...stamp, [headers.code]: 'not-modified' }
    return { status: 304, headers: sent, body: null }
  })
  const ifNoneMatch = { epoch: 'e1', revision: 7 }
  expect(await client.call('snapshot', {}, { timeoutMs: 9, ifNoneMatch })).toMatchObject({
    ok: false,
    code: 'not-modified',
    stamp: ifNoneMatch,
  })
  expect(calls[0]?.headers[headers.ifNoneMatch]).toBe('"e1.7"')
})

const heartbeat = { kind: 'heartbeat', revision: 7, asOfMs: 1 } as const
const opened = { status: 200, headers: stamp, body: null }

test('a subscription tells its events, from its stamp on, and takes the signal along', async () => {
  const { signal } = new AbortController()
  const calls: Call[] = []
  const subscription = await subscribe(
    async (call) => {
      calls.push(call)
      return { ...opened, events: told(heartbeat, { kind: 'gone' }) }
    },
    { signal },
  )
  expect(subscription).toMatchObject({ ok: true, stamp: { epoch: 'e1', revision: 7 } })
  expect(await all(subscription)).toEqual([heartbeat, { kind: 'gone' }])
  expect(calls).toMatchObject([
    { signal, timeoutMs: 9, headers: { [headers.purpose]: 'background' } },
  ])
})

test('a subscription that is refused is a value', async () => {
  const answer = { status: 410, headers: { ...stamp, [headers.code]: 'revision-gone' }, body: null }
  expect(await subscribe(async () => answer)).toMatchObject({ ok: false, code: 'revision-gone' })
})

test('an answer without events is no subscription', async () => {
  await expect(subscribe(async () => opened)).rejects.toMatchObject({ code: 'malformed' })
})

test('an event that breaks the contract ends its subscription, and the connection', async () => {
  let isOpen = true
  async function* events() {
    try {
      yield heartbeat
      yield { ...heartbeat, revision: 'seven' }
      yield heartbeat
    } finally {
      isOpen = false
    }
  }
  const seen: unknown[] = []
  const reading = async () => {
    const subscription = await subscribe(async () => ({ ...opened, events: events() }))
    for await (const event of eventsOf(subscription)) seen.push(event)
  }
  await expect(reading()).rejects.toMatchObject({
    name: 'ControllerUnavailable',
    code: 'malformed',
  })
  expect([seen, isOpen]).toEqual([[heartbeat], false])
})

test('a connection that breaks is ControllerUnavailable with its code and cause', async () => {
  const cause = new TransportError('unreachable', 'it broke')
  async function* events() {
    yield heartbeat
    throw cause
  }
  const subscription = await subscribe(async () => ({ ...opened, events: events() }))
  await expect(all(subscription)).rejects.toMatchObject({
    name: 'ControllerUnavailable',
    code: 'unreachable',
    cause,
  })
})

function subscribe(call: Transport['call'], options: Pick<CallOptions, 'signal'> = {}) {
  const query = { epoch: 'e1', since: 7 }
  const given = { timeoutMs: 9, purpose: 'background', ...options } as const
  return clientOf(call).subscribe('changeStream', { query }, given)
}

function eventsOf(subscription: Awaited<ReturnType<typeof subscribe>>) {
  return subscription.ok ? subscription.events : expect.fail(subscription.code)
}

async function all(subscription: Awaited<ReturnType<typeof subscribe>>) {
  const seen: unknown[] = []
  for await (const event of eventsOf(subscription)) seen.push(event)
  return seen
}

async function* told(...events: readonly unknown[]) {
  yield* events
}

function ask(call: Transport['call']) {
  return clientOf(call).call(
    'keyOwner',
    { params, query: {} },
    { timeoutMs: 9, purpose: 'authorize' },
  )
}

function clientOf(call: Transport['call']) {
  return createControllerClient({
    transport: { call, close: async () => {} },
    credentials: { builder: 'secret' },
  })
}

function refusal(code: 'key-not-found' | 'server-error' | 'unauthenticated', status: number) {
  return { status, headers: { ...stamp, [headers.code]: code }, body: errorBody(code) }
}
