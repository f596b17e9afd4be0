import { timedOut, within } from '@keyrace/environment'
import { ConnectionRefused, type PushConnection } from '../push-client.ts'
import type { SshOptions } from '../ssh-push-client.ts'
import { startGuardedSsh } from './guarded-ssh.ts'
import { localEndOf } from './local-end.ts'
import { hostAlias, inFolder } from './private-folder.ts'
import { readSshLog, type SshLog } from './ssh-log.ts'

/** An authenticated connection that other `ssh` processes open their sessions on. */
export interface SshMaster extends Pick<PushConnection, 'name' | 'stamps' | 'close'> {
  isOpen(): boolean
  /**
   * Lets one session after the other get as far as its exec request, since the log does not say whose a
   * request is. A turn ends with the request, of which `onExec` is told, or when it is given back.
   */
  takeTurn(onExec: (ordinal: number) => void): Promise<() => void>
}

/** Rejects with a ConnectionRefused. The folder goes when the connection ends. */
export async function startMaster(folder: string, options: SshOptions): Promise<SshMaster> {
  const { clock, timeoutMs, port } = options
  const startedAt = clock.now()
  const ssh = startGuardedSsh(folder, masterArguments(options))
  const log = readSshLog(ssh.log, clock)
  const opened = await within(clock, timeoutMs, log.opened)
  const name = opened === true ? localEndOf(await ssh.pid, port) : undefined
  const close = async () => {
    await within(clock, timeoutMs, ssh.end())
  }
  if (name === undefined) {
    await close()
    throw refusal(options, log, opened === timedOut ? undefined : log.lastWords())
  }
  return {
    name,
    stamps: { startedAt, ...log.stamps },
    isOpen: () => !log.hasEnded(),
    takeTurn: createTurns(log),
    close,
  }
}

/** No file, agent, key or habit of whoever runs this has a say, and nothing can ask them anything. */
function masterArguments(options: SshOptions): string[] {
  const { host, port, timeoutMs, hostKey, username = 'git' } = options
  const timeoutSeconds = Math.ceil(timeoutMs / 1000)
  const settings = {
    ControlMaster: 'yes',
    ControlPath: inFolder.socket,
    IdentityFile: inFolder.key,
    IdentitiesOnly: 'yes',
    IdentityAgent: 'none',
    PreferredAuthentications: 'publickey',
    BatchMode: 'yes',
    HostKeyAlias: hostAlias,
    UserKnownHostsFile: hostKey === undefined ? '/dev/null' : inFolder.knownHosts,
    GlobalKnownHostsFile: '/dev/null',
    StrictHostKeyChecking: hostKey === undefined ? 'no' : 'yes',
    UpdateHostKeys: 'no',
    AddressFamily: 'inet',
    ConnectTimeout: timeoutSeconds,
    ServerAliveInterval: timeoutSeconds,
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])
  return ['-v', '-F', 'none', '-N', ...flags, '-p', String(port), `${username}@${host}`]
}

function refusal(
  { host, port, key, timeoutMs }: SshOptions,
  { stamps }: SshLog,
  words: string | undefined,
) {
  if (words === undefined) {
    const message = `${host}:${port} did not let ${key.user} in within ${timeoutMs} ms`
    return new ConnectionRefused('timeout', message)
  }
  // The server's word; of a socket or a file the system says the same, without the parenthesis.
  const code = words.includes(': Permission denied (') ? 'denied' : 'unreachable'
  const offeredAt = stamps.keyExchangedAt || undefined
  return new ConnectionRefused(code, `${host}:${port}: ${words}`, { offeredAt })
}

function createTurns(log: SshLog): SshMaster['takeTurn'] {
  let execs = 0
  let last = Promise.resolve()
  return async (onExec) => {
    const { promise, resolve: giveBack } = Promise.withResolvers<void>()
    const before = last
    last = promise
    await before
    log.listen(() => {
      giveBack()
      onExec(++execs)
    })
    return giveBack
  }
}
