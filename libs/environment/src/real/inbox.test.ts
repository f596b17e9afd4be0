import { once } from 'node:events'
import { connect } from 'node:net'
import { deliver, headers } from '@keyrace/contracts'
import { afterEach, describe, expect, test } from 'vitest'
import type { OpenInbox } from '../inbox.ts'
import type { Transport } from '../transport.ts'
import { createHttpTransport } from './http-transport.ts'
import { createHttpInbox } from './inbox.ts'

const delivery = { epoch: 'epoch-1', changes: [], to: 7 }
const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

describe('an HTTP inbox', () => {
  test('answers who knows its secret', async () => {
    const { open, taken } = await openInbox()
    const answer = await callerOf(open).call(callWith(open.secret, delivery))
    expect(answer).toMatchObject({ status: 200, body: { applied: 7 } })
    expect(taken).toEqual([delivery])
  })

  test.each([
    ['a wrong one', 'wrong'],
    ['an empty one', ''],
  ])('tells nothing to who has %s', async (_, secret) => {
    const { open, taken } = await openInbox()
    const answer = await callerOf(open).call(callWith(secret, delivery))
    expect(answer).toMatchObject({ status: 401, headers: { [headers.code]: 'unauthenticated' } })
    expect(taken).toEqual([])
  })

  test('has another secret each time', async () => {
    const [first, second] = [await openInbox(), await openInbox()]
    expect(first.open.secret.length).toBeGreaterThanOrEqual(32)
    expect(first.open.secret).not.toBe(second.open.secret)
  })

  test.each([
    ['another path', '/', { method: 'POST' }, 404],
    ['another method', deliver.path, { method: 'GET' }, 404],
    ['no JSON', deliver.path, { method: 'POST', body: '{' }, 400],
    ['nothing', deliver.path, { method: 'POST' }, 400],
    ['bytes', deliver.path, { method: 'POST', body: Buffer.from([0xff, 0xfe]) }, 400],
  ])('refuses %s', async (_, path, request, status) => {
    const { open, taken } = await openInbox()
    const answer = await fetch(open.origin + path, {
      ...request,
      headers: { [headers.builderToken]: open.secret },
    })
    expect(answer.status).toBe(status)
    expect(taken).toEqual([])
  })

  test('reads no more than a mebibyte', async () => {
    const { open, taken } = await openInbox()
    const caller = callerOf(open)
    const text = 'x'.repeat(1024 * 1024)
    const outcome = await caller.call(callWith(open.secret, text)).catch((error) => error)
    expect(outcome.status ?? outcome.code).toSatisfy((end) => [400, 'unreachable'].includes(end))
    expect(taken).toEqual([])
    expect(await caller.call(callWith(open.secret, delivery))).toMatchObject({ status: 200 })
  })

  test('goes on after a call that met a fault of ours', async () => {
    const { open } = await openInbox(async () => {
      throw new Error('a fault')
    })
    const call = callerOf(open).call(callWith(open.secret, delivery))
    await expect(call).rejects.toMatchObject({ code: 'unreachable' })
    expect((await fetch(open.origin)).status).toBe(404)
  })

  test('is not reached once it is closed', async () => {
    const { open } = await openInbox()
    await callerOf(open).call(callWith(open.secret, delivery))
    await open.close()
    const call = callerOf(open).call(callWith(open.secret, delivery))
    await expect(call).rejects.toMatchObject({ code: 'unreachable' })
  })

  test('closes once the call under way is answered, whatever connections its callers keep', async () => {
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
    const { open, taken } = await openInbox(async () => {
      await answered
      return { applied: 7 }
    })
    const { hostname, port } = new URL(open.origin)
    const silent = connect(Number(port), hostname)
    await once(silent, 'connect')
    const call = callerOf(open).call(callWith(open.secret, delivery))
    await expect.poll(() => taken.length).toBe(1)
    const closed = open.close()
    answer()
    expect(await call).toMatchObject({ status: 200, headers: { connection: 'close' } })
    await closed
    silent.destroy()
  })

  test('rejects with the reason of the system where its address is taken', async () => {
    const { open } = await openInbox()
    const { hostname: host, port } = new URL(open.origin)
    const opening = createHttpInbox({ host, port: Number(port) }).open(deliver, () => expect.fail())
    await expect(opening).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})

async function openInbox(
  answer = async (body: unknown) => ({ applied: (body as typeof delivery).to }),
): Promise<{ open: OpenInbox; taken: unknown[] }> {
  const taken: unknown[] = []
  const inbox = createHttpInbox({ host: '127.0.0.1', port: 0 })
  const open = await inbox.open(deliver, async ({ input }) => {
    taken.push(input.body)
    return { status: 200, headers: {}, body: await answer(input.body) }
  })
  closing.push(() => open.close())
  return { open, taken }
}

function callerOf({ origin }: OpenInbox): Transport {
  const transport = createHttpTransport({ origin })
  closing.unshift(() => transport.close())
  return transport
}

function callWith(secret: string, body: unknown) {
  return {
    endpoint: deliver,
    input: { body },
    headers: { [headers.builderToken]: secret },
    timeoutMs: 5_000,
  }
}
