import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServerChannel } from 'ssh2'
import { onTestFinished } from 'vitest'
import type { Connect, ConnectOptions } from '../client-connect.ts'
import { createFixture } from '../fixture/fixture.ts'
import { createHostKey } from '../fixture/host-key.ts'
import { encodePacket, flushPacket } from '../git/pkt-line.ts'
import type { PushConnection, PushKey } from '../push-client.ts'
import { type Exec, startSshServer, type TestServer, type TestServerOptions } from './ssh-server.ts'

export const key = createFixture({ seed: 7, users: 1, keysPerUser: 1, apps: 1 }).apps[0]
  ?.pusher as PushKey
export const main = 'refs/heads/main'
export const task = (nonce: string, ref = main) => ({ app: 'myapp', ref, nonce })

export const emptyAdvertisement = Buffer.concat([
  encodePacket(`${'0'.repeat(40)} capabilities^{}\0report-status side-band-64k\n`),
  flushPacket,
])

/** A server that lives as long as the test, and how to connect to it. */
export interface Rig {
  readonly server: TestServer
  connect(changes?: Partial<ConnectOptions>): Promise<PushConnection>
}

export async function serve(
  connect: Connect,
  exec: (exec: Exec) => void,
  changes: Partial<TestServerOptions> = {},
): Promise<Rig> {
  const hostKey = createHostKey('7')
  const server = await startSshServer({ hostKey, knows: key.blob, exec, ...changes })
  onTestFinished(server.close)
  const options = { host: '127.0.0.1', port: server.port, key, timeoutMs: 20_000 }
  return {
    server,
    async connect(changes) {
      const connection = await connect({ ...options, ...changes })
      onTestFinished(connection.close)
      return connection
    },
  }
}

/** A repository that lives as long as the test, and the git that receives into it. */
export function createReceiver() {
  const repository = mkdtempSync(join(tmpdir(), 'keyrace-push-'))
  onTestFinished(() => rmSync(repository, { recursive: true }))
  git('init', '--bare', '--quiet')
  return { git, receive }

  function git(...args: readonly string[]): string {
    return execFileSync('git', args, { cwd: repository, encoding: 'utf8' }).trim()
  }

  function receive({ channel }: Exec, exitStatus?: number): void {
    const child = spawn('git', ['receive-pack', repository])
    channel.pipe(child.stdin)
    child.stdout.pipe(channel, { end: false })
    child.once('close', (code) => end(channel, exitStatus ?? code ?? 255))
  }
}

export function refuse(channel: ServerChannel, message: string): void {
  channel.write(encodePacket(`ERR ${message}\n`))
  end(channel, 1)
}

function end(channel: ServerChannel, exitStatus: number): void {
  channel.exit(exitStatus)
  channel.end()
}
