import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { chown, mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { endGuarded } from './guarded-server.ts'
import { type Account, findPostgres } from './postgres-binaries.ts'
import { postgresSettings, settingArgs } from './postgres-settings.ts'
import { SetupError } from './setup-error.ts'

export interface EmbeddedPostgres {
  /** `postgres://…`, over a unix socket in the server's private directory. */
  readonly url: string
  /** Stops the server, and starts it again once `meanwhile` is done with its data folder. */
  restart(meanwhile: (dataFolder: string) => Promise<void>): Promise<void>
  /** Ends the server and removes its data. */
  stop(): Promise<void>
}

const initializeTimeoutMs = 60_000
const readyTimeoutMs = 20_000
const stopTimeoutMs = 10_000
const pauseMs = 10

/** Postgres refuses to run as root. This is nobody on most systems, and need not be anybody. */
const unprivileged: Account = { uid: 65_534, gid: 65_534 }
/** The shortest limit of the systems that we run on. */
const longestSocketPath = 103

/**
 * A Postgres of our own, in a new directory under `parent`. Its data goes with it, so nothing waits for
 * the disk. It ends with this process, even when that is killed.
 */
export async function startEmbeddedPostgres(parent = tmpdir()): Promise<EmbeddedPostgres> {
  const account = process.getuid?.() === 0 ? unprivileged : undefined
  const binaries = await findPostgres(account)
  await using cleanup = new AsyncDisposableStack()
  const folder = await mkdtemp(join(parent, 'keyrace-pg-'))
  cleanup.defer(() => rm(folder, { recursive: true, force: true }))
  if (account !== undefined) await chown(folder, account.uid, account.gid)
  await initialize(join(binaries, 'initdb'), folder, account)
  const start = () => serve(join(binaries, 'postgres'), folder, account)
  let server = await start()
  cleanup.defer(() => endGuarded(server, stopTimeoutMs))
  await becomeReady(folder)
  const running = cleanup.move()
  return {
    url: `postgres://postgres@/postgres?host=${encodeURIComponent(folder)}`,
    async restart(meanwhile) {
      server.stdin?.write(keepData)
      await endGuarded(server, stopTimeoutMs)
      await meanwhile(join(folder, 'data'))
      server = await start()
      await becomeReady(folder)
    },
    stop: () => running.disposeAsync(),
  }
}

async function initialize(initdb: string, folder: string, account?: Account): Promise<void> {
  const args = ['--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync']
  await promisify(execFile)(initdb, [...args, `--pgdata=${folder}/data`], {
    ...account,
    cwd: folder,
    timeout: initializeTimeoutMs,
  }).catch((cause) => {
    throw new SetupError('initdb-failed', `initdb failed: ${lastLine(cause.stderr)}`, { cause })
  })
}

// The shell is the server's parent, so the process number that it signals is the server's for sure.
// Its input is a pipe that only we hold: it ends when we say so, and when we are gone.
const serveUntilInputEnds =
  '"$@" & server=$!; read -r keep; kill -INT "$server"; wait "$server"; [ "$keep" ] || rm -rf "$0"'
/** Written to its input, it leaves the data where they are. */
const keepData = 'keep\n'

async function serve(postgres: string, folder: string, account?: Account): Promise<ChildProcess> {
  const settings = { ...postgresSettings, listen_addresses: '', unix_socket_directories: folder }
  const args = [...settingArgs(settings), '-D', join(folder, 'data')]
  const log = await open(logOf(folder), 'a')
  try {
    return spawn('/bin/sh', ['-c', serveUntilInputEnds, folder, postgres, ...args], {
      ...account,
      cwd: folder,
      stdio: ['pipe', 'ignore', log.fd],
      // A group of its own: Ctrl-C is for us, and we stop the server after those who use it.
      detached: true,
    })
  } finally {
    await log.close()
  }
}

async function becomeReady(folder: string): Promise<void> {
  const socket = join(folder, '.s.PGSQL.5432')
  if (socket.length > longestSocketPath) {
    throw new SetupError(
      'path-too-long',
      `${socket} is too long for a socket: set a shorter TMPDIR`,
    )
  }
  for (let waitedMs = 0; waitedMs < readyTimeoutMs; waitedMs += pauseMs) {
    if (await accepts(socket)) return
    await delay(pauseMs)
  }
  const log = await readFile(logOf(folder), 'utf8')
  throw new SetupError('postgres-failed', `Postgres does not start: ${lastLine(log)}`)
}

/** Version 3.0 of the protocol, user and database. */
const startup = Buffer.from('\0\0\0\x29\0\x03\0\0user\0postgres\0database\0postgres\0\0', 'latin1')

/** Whether a connection is let in: the server answers R, and E as long as it is starting. */
function accepts(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket, () => connection.write(startup))
    const done = (accepted: boolean) => {
      connection.destroy()
      resolve(accepted)
    }
    connection.once('data', ([first]) => done(first === 'R'.charCodeAt(0)))
    connection.once('error', () => done(false))
    connection.once('end', () => done(false))
    connection.setTimeout(1_000, () => done(false))
  })
}

function logOf(folder: string): string {
  return join(folder, 'log')
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? ''
}
