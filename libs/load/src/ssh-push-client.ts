import { connect as connectTcp, type Socket } from 'node:net'
import { type Clock, timedOut, within } from '@keyrace/environment'
import { Client, type ClientErrorExtensions, type ConnectConfig } from 'ssh2'
import { createCommitFactory } from './git/commit-factory.ts'
import { ConnectionRefused, type PushConnection, type PushKey } from './push-client.ts'
import { pushOverSsh } from './ssh-push.ts'

export interface SshOptions {
  readonly host: string
  readonly port: number
  readonly key: PushKey
  readonly clock: Clock
  /** Bounds the connecting, and then each push on its own. */
  readonly timeoutMs: number
  /** The wire blob in base64 that the server must prove to own; any will do without it. */
  readonly hostKey?: string
  /** The account at the server; builders take any. */
  readonly username?: string
}

/** Opens an authenticated connection to a builder. Rejects with a ConnectionRefused. */
export async function connectSsh(options: SshOptions): Promise<PushConnection> {
  const { clock, timeoutMs } = options
  const { client, socket, stamps } = await open(options)
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
  const commits = createCommitFactory()
  let execs = 0
  return {
    name: `${socket.localAddress}:${socket.localPort}`,
    stamps,
    push: (task) =>
      pushOverSsh(
        { client, clock, timeoutMs, nextExec: () => ++execs },
        task,
        commits.prepare(task),
      ),
    async close() {
      client.end()
      if ((await within(clock, timeoutMs, closed)) === timedOut) socket.destroy()
    },
  }
}

interface Opened {
  readonly client: Client
  readonly socket: Socket
  readonly stamps: PushConnection['stamps']
}

function open(options: SshOptions): Promise<Opened> {
  const { host, port, key, clock, timeoutMs } = options
  const stamps = { startedAt: clock.now(), connectedAt: 0, keyExchangedAt: 0, authenticatedAt: 0 }
  const client = new Client()
  // Nagle's algorithm would add 40 ms wherever two small packets follow each other.
  const socket = connectTcp({ host, port, noDelay: true })
  return new Promise((resolve, reject) => {
    const cancel = clock.timer(timeoutMs, () =>
      refuse('timeout', `${host}:${port} did not let ${key.user} in within ${timeoutMs} ms`),
    )
    socket.once('connect', () => {
      stamps.connectedAt = clock.now()
    })
    client.once('handshake', () => {
      stamps.keyExchangedAt = clock.now()
    })
    client.once('ready', () => {
      stamps.authenticatedAt = clock.now()
      cancel()
      resolve({ client, socket, stamps })
    })
    // Stays for the life of the connection: a later error shows in the pushes that it breaks.
    client.on('error', (error) => refuse(codeOf(error), `${host}:${port}: ${error.message}`, error))
    client.once('close', () => refuse('unreachable', `${host}:${port} closed the connection`))
    client.connect({ ...settings(options), sock: socket })

    function refuse(code: ConnectionRefused['code'], message: string, cause?: Error) {
      cancel()
      socket.destroy()
      // Keys are offered as soon as the exchange of keys is over.
      const offeredAt = stamps.keyExchangedAt || undefined
      reject(new ConnectionRefused(code, message, { cause, offeredAt }))
    }
  })
}

/** One key, offered at once; the fastest algorithms, so that the client costs little beside the builder. */
function settings({ key, hostKey, username = 'git' }: SshOptions): ConnectConfig {
  return {
    username,
    privateKey: key.privateKey,
    authHandler: ['publickey'],
    readyTimeout: 0,
    algorithms: {
      kex: ['curve25519-sha256', 'curve25519-sha256@libssh.org'],
      serverHostKey: ['ssh-ed25519'],
      cipher: ['aes128-gcm@openssh.com'],
      compress: ['none'],
    },
    hostVerifier: (offered: Buffer) =>
      hostKey === undefined || offered.toString('base64') === hostKey,
  }
}

function codeOf(error: Error & ClientErrorExtensions): ConnectionRefused['code'] {
  return error.level === 'client-authentication' ? 'denied' : 'unreachable'
}
