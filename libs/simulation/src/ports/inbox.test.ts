import type { Call, OpenInbox, Transport } from '@keyrace/environment'
import { expect, test } from 'vitest'
import { type Simulation, simulate } from '../simulate.ts'
import { createSimulatedInboxes } from './inbox.ts'
import { createNetwork } from './network.ts'

const endpoint = { method: 'POST', path: '/inbox' } as Call['endpoint']

test('a call takes the network both ways, and its answer is that of the inbox it was sent to', () =>
  withInboxes(async ({ clock, open, callTo }) => {
    const [first, second] = [await open('first'), await open('second')]
    const startedAt = clock.now()
    expect(await callTo(second)).toMatchObject({ status: 200, body: 'second' })
    expect(clock.now() - startedAt).toBeGreaterThanOrEqual(2)
    expect(await callTo(first)).toMatchObject({ body: 'first' })
  }))

test('who does not know the secret, or calls something else, is refused', () =>
  withInboxes(async ({ open, callTo }) => {
    const inbox = await open('first', () => expect.fail('it was answered'))
    const { secret } = await open('second')
    expect(await callTo(inbox, { headers: { token: secret } })).toMatchObject({ status: 401 })
    expect(await callTo(inbox, { endpoint: { ...endpoint } })).toMatchObject({ status: 404 })
  }))

test('nobody answers at an inbox that was closed', () =>
  withInboxes(async ({ open, callTo }) => {
    const inbox = await open('first')
    await inbox.close()
    await expect(callTo(inbox)).rejects.toMatchObject({ code: 'unreachable' })
  }))

interface Setting extends Pick<Simulation, 'clock'> {
  open(node: string, answer?: () => string): Promise<OpenInbox>
  callTo(inbox: OpenInbox, changes?: Partial<Call>): ReturnType<Transport['call']>
}

async function withInboxes(use: (setting: Setting) => Promise<void>): Promise<void> {
  await simulate(1, async ({ clock, ids, kernel, random }) => {
    const network = createNetwork({ kernel, random, latencyMs: { from: 1, to: 3 } })
    const inboxes = createSimulatedInboxes({ network, ids })
    await use({
      clock,
      open: (node, answer = () => node) =>
        inboxes
          .inbox(node)
          .open(endpoint, async () => ({ status: 200, headers: {}, body: answer() })),
      callTo: ({ origin, secret }, changes) =>
        inboxes
          .transport('controller', origin)
          .call({ endpoint, input: {}, headers: { token: secret }, timeoutMs: 50, ...changes }),
    })
  })
}
