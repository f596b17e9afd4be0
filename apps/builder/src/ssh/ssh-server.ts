import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { Clock } from '@keyrace/environment'
import type { KeyLookup } from '@keyrace/key-lookup'
import { createConnection, type PushRequest } from '@keyrace/push'
import ssh2, { type Connection as SshConnection } from 'ssh2'
import { algorithms } from './algorithms.ts'
import { handleAuthentication } from './authentication.ts'
import { startKeyExchangeSecond } from './key-exchange-start.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { handleSessions } from './sessions.ts'
import type { SshChannel } from './ssh-channel.ts'

export interface SshServerDeps {
  readonly clock: Clock
  readonly lookup: Pick<KeyLookup, 'identify'>
  /** Texts of private keys, the preferred one first. */
  readonly hostKeys: readonly string[]
  readonly limits?: Partial<Limits>
  /** Nagle's algorithm off. A push takes several times as long with it; true unless a test wants to see that. */
  readonly noDelay?: boolean
  /** Called for each exec request on an authenticated connection. */
  readonly onExec: (request: PushRequest<SshChannel>) => void
  readonly onFault: (error: unknown, connection: string) => void
}

export interface SshServer {
  /** Rejects with the system's error. */
  listen(address: { readonly host: string; readonly port: number }): Promise<AddressInfo>
  /** New connections are refused from now on; those that stand go on. */
  stopListening(): void
  /** Ends the connections that stand. */
  close(): Promise<void>
}

/** How long a client may take to read the goodbye. */
const goodbyeMs = 500

/**
 * The SSH side of a builder. The sockets are ours: ssh2 gets them injected, with Nagle's algorithm off
 * (its own `listen` leaves it on) and a login timer that runs from the first moment.
 */
export function createSshServer(deps: SshServerDeps): SshServer {
  const { clock, lookup, noDelay = true, onExec, onFault } = deps
  const limits = { ...defaultLimits, ...deps.limits }
  const open = new Map<string, OpenConnection>()

  const ssh = new ssh2.Server({
    hostKeys: [...deps.hostKeys],
    algorithms,
    ident: 'keyrace',
    keepaliveInterval: limits.keepaliveIntervalMs,
    keepaliveCountMax: limits.mostMissedKeepalives,
  })
  ssh.on('connection', (client, { ip, port }) => {
    // Without a listener, from the first moment, a reset connection would end the process.
    client.on('error', () => {})
    const name = nameOf(ip, port)
    const standing = open.get(name)
    if (standing === undefined) return client.end()
    standing.client = client
    const connection = createConnection({ clock, lookup })
    const onConnectionFault = (error: unknown) => onFault(error, name)
    handleAuthentication({ client, connection, limits, onFault: onConnectionFault })
    handleSessions({ client, connection, limits, name, onExec })
    client.once('ready', standing.stopLoginTimer)
  })

  const listener = createServer({ noDelay }, (socket) => {
    const name = nameOf(socket.remoteAddress, socket.remotePort)
    const stopLoginTimer = clock.timer(limits.loginGraceMs, () => socket.destroy())
    open.set(name, { socket, client: undefined, stopLoginTimer })
    socket.once('close', () => {
      stopLoginTimer()
      open.delete(name)
    })
    if (noDelay) startKeyExchangeSecond(socket, clock)
    ssh.injectSocket(socket)
  })
  listener.maxConnections = limits.mostConnections

  return {
    async listen(address) {
      listener.listen(address)
      await once(listener, 'listening')
      // From now on an error is about one connection that could not be accepted.
      listener.on('error', (error) => onFault(error, 'listener'))
      return listener.address() as AddressInfo
    },
    stopListening() {
      listener.close()
    },
    async close() {
      listener.close()
      const all = [...open.values()]
      const closed = Promise.all(all.map(({ socket }) => closeOf(socket)))
      for (const { client, socket } of all) {
        if (client === undefined) socket.destroy()
        else client.end()
      }
      const cancel = clock.timer(goodbyeMs, () => {
        for (const { socket } of all) socket.destroy()
      })
      await closed
      cancel()
    },
  }
}

/** However it ends: a reset is an end as well. */
function closeOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()))
}

interface OpenConnection {
  readonly socket: Socket
  client: SshConnection | undefined
  readonly stopLoginTimer: () => void
}

/** The client's end, as the client knows it too: joins the evidence of both sides. */
function nameOf(address: string | undefined, port: number | undefined): string {
  return `${address?.replace(/^::ffff:/, '')}:${port}`
}
