import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { Clock } from '@keyrace/environment'
import { afterEach, expect, test } from 'vitest'
import { startKeyExchangeSecond } from './key-exchange-start.ts'

let sockets: { client: Socket; server: Socket; heard: () => string; fire: () => void }
afterEach(() => {
  sockets.client.destroy()
  sockets.server.destroy()
})

/** A server that greets at once, and answers the client's greeting with its key exchange message. */
async function setUp() {
  let due: (() => void) | undefined
  const clock: Clock = {
    now: () => 0,
    wall: () => 0,
    timer(_, callback) {
      due = callback
      return () => {
        due = undefined
      }
    },
  }
  const listener = createServer()
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const client = connect((listener.address() as AddressInfo).port)
  const [server] = (await once(listener, 'connection')) as [Socket]
  listener.close()
  startKeyExchangeSecond(server, clock)
  server.once('data', () => server.write('[our key exchange]'))
  let heard = ''
  client.on('data', (chunk) => {
    heard += chunk
  })
  sockets = { client, server, heard: () => heard, fire: () => due?.() }
}

/** Has the server read this, and the client whatever it was sent meanwhile. */
async function say(text: string) {
  const read = once(sockets.server, 'data')
  sockets.client.write(text)
  await read
  await new Promise((resolve) => setTimeout(resolve, 20))
}

test('our key exchange message waits for that of the client', async () => {
  await setUp()
  await say('SSH-2.0-client\r\n')
  expect(sockets.heard()).toBe('')
  await say('[their key exchange]')
  expect(sockets.heard()).toBe('[our key exchange]')
})

test('it does not wait for a client that has sent both at once', async () => {
  await setUp()
  await say('SSH-2.0-client\r\n[their key exchange]')
  expect(sockets.heard()).toBe('[our key exchange]')
})

test('a client that waits for ours gets it after a while', async () => {
  await setUp()
  await say('SSH-2.0-client\r\n')
  sockets.fire()
  await once(sockets.client, 'data')
  expect(sockets.heard()).toBe('[our key exchange]')
})
