import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { connect as connectTcp } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { realClock } from '@keyrace/environment/real'
import { connectSsh } from '@keyrace/load'
import { endGuarded, SetupError } from '@keyrace/testbed'
import { freePort } from '@keyrace/testbed/testing'
import type { Server, Site } from '../contenders/contender.ts'
import { findProgram, missingProgram } from '../programs.ts'
import { createBareRepositories } from './bare-repositories.ts'

const host = '127.0.0.1'
const clientTimeoutMs = 30_000
const startTimeoutMs = 10_000
const stopTimeoutMs = 5_000
const pauseMs = 20
/** Root's sshd wants it, and nobody else's; the system's own is made at boot. */
const privilegeSeparation = '/run/sshd'

const authorizedKeys = fileURLToPath(import.meta.resolve('../../openssh/authorized-keys.sh'))
const serve = fileURLToPath(import.meta.resolve('../../openssh/serve.sh'))

/**
 * An sshd of our own on the loopback interface, which lets in whom the controller knows, as the account that
 * runs this. The environment is that of sshd, and of the stock ssh that connects to it.
 */
export async function startSshd(
  name: string,
  site: Site,
  environment: Readonly<Record<string, string>> = {},
): Promise<Server> {
  const folder = join(site.folder, name)
  await createBareRepositories(join(folder, 'repositories'), site.apps)
  const { username, uid } = userInfo()
  if (uid === 0) await mkdir(privilegeSeparation, { recursive: true, mode: 0o755 })
  const settings = await writeSettings(folder, name, site)
  const port = await freePort()
  const config = join(folder, 'sshd_config')
  const { hostKey } = site
  await writeFile(config, configuration({ port, username, home: folder, settings, hostKey }))
  const logFile = join(site.logs, `${name}.log`)
  const server = await serveUntilStopped(config, logFile, environment)
  await becomeReady(name, port, { server, logFile })
  return {
    remote: (app) => `ssh://${username}@${host}:${port}/${app}.git`,
    sshEnvironment: environment,
    connect: (key) =>
      connectSsh({ host, port, username, key, clock: realClock, timeoutMs: clientTimeoutMs }),
    stop: () => endGuarded(server, stopTimeoutMs),
  }
}

/** Why there can be no sshd; undefined where there can. */
export function sshdMissing(...others: readonly string[]): string | undefined {
  const paths = [tmpdir(), authorizedKeys]
  const awkward = paths.find((path) => !/^[\w./-]+$/.test(path))
  // Its settings, authorized keys, preloaded libraries: each would want its own kind of quotes.
  if (awkward !== undefined) return `sshd cannot be given the path ${awkward}: set another TMPDIR`
  return missingProgram('sshd', 'curl', ...others)
}

/** What both scripts read. */
async function writeSettings(folder: string, name: string, site: Site): Promise<string> {
  const headers = join(folder, 'headers')
  await writeFile(headers, `X-Deis-Builder-Auth: ${site.tokenOf(name)}\n`, { mode: 0o600 })
  const settings = join(folder, 'settings')
  const values = {
    controller: site.controller,
    headers,
    serve,
    repositories: join(folder, 'repositories'),
  }
  const lines = Object.entries(values).map(([key, value]) => `${key}='${value}'\n`)
  await writeFile(settings, lines.join(''))
  return settings
}

function configuration(options: {
  readonly port: number
  readonly username: string
  readonly home: string
  readonly settings: string
  readonly hostKey: string
}): string {
  // In another home neither git nor the shell finds anybody's own settings.
  // sshd asks that the program of the command is root's, all the way up. The shell always is.
  return `ListenAddress ${host}:${options.port}
HostKey ${options.hostKey}
PidFile none
AuthorizedKeysFile none
AuthorizedKeysCommand /bin/sh ${authorizedKeys} ${options.settings} %f %t %k
AuthorizedKeysCommandUser ${options.username}
AllowUsers ${options.username}
SetEnv HOME=${options.home}
PermitRootLogin forced-commands-only
PasswordAuthentication no
KbdInteractiveAuthentication no
`
}

// Its input is a pipe that only we hold: sshd ends when we say so, and when we are gone.
const serveUntilInputEnds = '"$@" & server=$!; read -r _; kill "$server"; wait "$server"'

async function serveUntilStopped(
  config: string,
  logFile: string,
  environment: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  const log = await open(logFile, 'a')
  const variables = Object.entries(environment).map((pair) => pair.join('='))
  const sshd = ['env', ...variables, findProgram('sshd') ?? 'sshd', '-D', '-e', '-f', config]
  try {
    return spawn('/bin/sh', ['-c', serveUntilInputEnds, 'sh', ...sshd], {
      env: { PATH: process.env.PATH ?? '' },
      stdio: ['pipe', 'ignore', log.fd],
      // A group of its own: Ctrl-C is for us.
      detached: true,
    })
  } finally {
    await log.close()
  }
}

async function becomeReady(
  name: string,
  port: number,
  { server, logFile }: { readonly server: ChildProcess; readonly logFile: string },
): Promise<void> {
  for (let waitedMs = 0; waitedMs < startTimeoutMs; waitedMs += pauseMs) {
    if (await accepts(port)) return
    await delay(pauseMs)
  }
  await endGuarded(server, stopTimeoutMs)
  const log = await readFile(logFile, 'utf8')
  throw new SetupError('sshd-failed', `${name} does not start: ${log.trim().split('\n').at(-1)}`)
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTcp({ host, port })
    const done = (accepted: boolean) => {
      socket.destroy()
      resolve(accepted)
    }
    socket.once('connect', () => done(true)).once('error', () => done(false))
  })
}
