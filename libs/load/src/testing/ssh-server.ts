import { createServer, type Socket } from 'node:net'
import ssh2, { type ServerChannel } from 'ssh2'

/** One exec request, accepted. */
export interface Exec {
  readonly command: string
  readonly channel: ServerChannel
  /** Its ordinal on its connection, from 1. */
  readonly ordinal: number
  /** Breaks the connection without a word. */
  drop(): void
}

export interface TestServerOptions {
  readonly hostKey: string
  /** The one key that is let in: its wire blob in base64. */
  readonly knows: string
  readonly exec: (exec: Exec) => void
  /** Opens a session when it pleases; at once by default. */
  readonly session?: (open: () => void) => void
}

export interface TestServer {
  readonly port: number
  /** The clients' ends of all connections so far. */
  readonly clients: readonly string[]
  close(): Promise<void>
}

/** A small SSH server without any judgement of its own, to push against in tests. */
export async function startSshServer(options: TestServerOptions): Promise<TestServer> {
  const { hostKey, knows, exec, session = (open) => open() } = options
  const sockets = new Map<number | undefined, Socket>()
  const ssh = new ssh2.Server({ hostKeys: [hostKey] }, (client, { port }) => {
    let execs = 0
    client.on('error', () => {})
    client.on('authentication', (context) => {
      const known = context.method === 'publickey' && context.key.data.toString('base64') === knows
      if (known) context.accept()
      else context.reject(['publickey'])
    })
    client.on('session', (accept) =>
      session(() => {
        accept().on('exec', (acceptExec, _reject, { command }) => {
          const drop = () => void sockets.get(port)?.destroy()
          exec({ command, channel: acceptExec(), ordinal: ++execs, drop })
        })
      }),
    )
  })
  const tcp = createServer({ noDelay: true }, (socket) => {
    sockets.set(socket.remotePort, socket)
    ssh.injectSocket(socket)
  })
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve))
  const address = tcp.address()
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    get clients() {
      return [...sockets.keys()].map((port) => `127.0.0.1:${port}`)
    },
    async close() {
      for (const socket of sockets.values()) socket.destroy()
      await new Promise((resolve) => tcp.close(resolve))
    },
  }
}
