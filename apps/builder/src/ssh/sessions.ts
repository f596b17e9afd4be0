import type { Connection, Identity, PushRequest } from '@keyrace/push'
import type { ServerChannel, Session, Connection as SshConnection } from 'ssh2'
import { createExecChannel } from './exec-channel.ts'
import type { Limits } from './limits.ts'
import type { SshChannel } from './ssh-channel.ts'

export interface SessionDeps {
  readonly client: SshConnection
  readonly name: string
  readonly connection: Connection
  readonly limits: Limits
  readonly onExec: (request: PushRequest<SshChannel>) => void
}

/** The only environment variable that is taken over, and what it may say. */
const gitProtocol = {
  name: 'GIT_PROTOCOL',
  longest: 64,
  pattern: /^version=[012](:[a-z0-9=.-]+)*$/,
}

/** Exec requests become pushes; a shell gets a greeting; everything else is refused. */
export function handleSessions(deps: SessionDeps): void {
  const { client, connection, limits, name, onExec } = deps
  const gone = new AbortController()
  let openSessions = 0
  let execs = 0

  client.on('close', () => gone.abort('the connection closed'))
  client.on('session', (accept, reject) => {
    // A session without a channel stays with ssh2 until the connection ends, so it counts until then.
    if (openSessions >= limits.mostSessions) return reject()
    openSessions++
    serve(accept())
  })

  function serve(session: Session) {
    let protocol: string | undefined
    session.on('env', (accept, reject, info) => {
      const { key, val } = info as unknown as { readonly key: string; readonly val: string }
      if (!isGitProtocol(key, val)) return reject?.()
      protocol = val
      accept?.()
    })
    session.on('pty', (accept) => accept?.())
    session.on('exec', (accept, reject, { command }) => {
      const identity = connection.identity()
      if (identity === undefined) return reject?.()
      const stream = opened(accept())
      if (stream === undefined) return
      const left = new AbortController()
      stream.once('close', () => left.abort('the channel closed'))
      const signal = AbortSignal.any([gone.signal, left.signal])
      const channel = createExecChannel({ stream, command, gone: signal, gitProtocol: protocol })
      onExec({ command, channel, identity, connection: name, exec: ++execs })
    })
    session.on('shell', (accept, reject) => {
      const identity = connection.identity()
      if (identity === undefined) return reject?.()
      const stream = opened(accept())
      if (stream !== undefined) greet(stream, identity)
    })
  }

  // Undefined for a second request on the same session, which ssh2 does not open.
  function opened(stream: ServerChannel | undefined): ServerChannel | undefined {
    return stream?.once('close', () => openSessions--)
  }
}

function isGitProtocol(key: string, value: string): boolean {
  const { name, longest, pattern } = gitProtocol
  return key === name && value.length <= longest && pattern.test(value)
}

/** Says who the client is, and what to do here. */
function greet(stream: ServerChannel, { user, reason }: Identity): void {
  const text =
    user === undefined
      ? `You have signed in, but nobody can say who you are right now (${reason}): try again.`
      : `Hello ${user}. This server takes git pushes: git push ssh://git@<host>:<port>/<app>.git`
  stream.on('error', () => {}).resume()
  stream.stderr.write(`${text}\r\n`)
  stream.exit(user === undefined ? 1 : 0)
  stream.end()
}
