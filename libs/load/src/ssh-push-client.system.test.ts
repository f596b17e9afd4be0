import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { realClock as clock } from '@keyrace/environment/real'
import type { ServerChannel } from 'ssh2'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { ed25519FromText } from './fixture/ed25519.ts'
import { createFixture } from './fixture/fixture.ts'
import { createHostKey } from './fixture/host-key.ts'
import { encodePacket, flushPacket } from './git/pkt-line.ts'
import type { PushKey } from './push-client.ts'
import { connectSsh, type SshOptions } from './ssh-push-client.ts'
import { type Exec, startSshServer, type TestServerOptions } from './testing/ssh-server.ts'

const key = createFixture({ seed: 7, users: 1, keysPerUser: 1, apps: 1 }).apps[0]?.pusher as PushKey
const main = 'refs/heads/main'
const task = (nonce: string, ref = main) => ({ app: 'myapp', ref, nonce })
const zero = '0'.repeat(40)
const emptyAdvertisement = Buffer.concat([
  encodePacket(`${zero} capabilities^{}\0report-status side-band-64k\n`),
  flushPacket,
])

describe('a push that git receives', () => {
  let repository: string
  beforeEach(() => {
    repository = mkdtempSync(join(tmpdir(), 'keyrace-push-'))
    git('init', '--bare', '--quiet')
    return () => rmSync(repository, { recursive: true })
  })

  function git(...args: readonly string[]): string {
    return execFileSync('git', args, { cwd: repository, encoding: 'utf8' }).trim()
  }

  function receive({ channel }: Exec, exitStatus?: number): void {
    const child = spawn('git', ['receive-pack', repository])
    channel.pipe(child.stdin)
    child.stdout.pipe(channel, { end: false })
    child.once('close', (code) => end(channel, exitStatus ?? code ?? 255))
  }

  test('lands, and the next one is its child', async () => {
    const connect = await serve(receive)
    const connection = await connect()
    const first = await connection.push(task('n-1'))
    const second = await connection.push(task('n-2'))
    const [one, two] = [first.update?.new, second.update?.new]

    expect(first).toMatchObject({ outcome: 'ok', exec: 1, update: { ref: main, old: zero } })
    expect(second).toMatchObject({ outcome: 'ok', exec: 2, update: { ref: main, old: one } })
    expect(second.advertised).toEqual(new Map([[main, one]]))
    git('fsck', '--strict', '--full')
    expect(git('log', '--format=%H', main).split('\n')).toEqual([two, one])
    expect(JSON.parse(git('show', `${main}:push.json`))).toEqual({ app: 'myapp', nonce: 'n-2' })
  })

  test('is stamped in the order of its steps', async () => {
    const connect = await serve(receive)
    const connection = await connect()
    const { stamps } = await connection.push(task('n-1'))
    const { execAt, advertisedAt, sentAt, reportedAt, doneAt } = stamps
    const steps = [
      ...Object.values(connection.stamps),
      execAt,
      advertisedAt,
      sentAt,
      reportedAt,
      doneAt,
    ]
    expect(steps).toEqual(steps.map(Number).toSorted((a, b) => a - b))
    expect(Math.min(...Object.values(connection.stamps))).toBeGreaterThan(0)
  })

  test('can go on beside others on one connection, each with an ordinal of its own', async () => {
    const connect = await serve(receive)
    const connection = await connect()
    const tasks = ['a', 'b', 'c', 'd'].map((name) => task(name, `refs/heads/${name}`))
    const attempts = await Promise.all(tasks.map(connection.push))
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok', 'ok'])
    expect(attempts.map(({ exec }) => exec).toSorted()).toEqual([1, 2, 3, 4])
    expect(git('for-each-ref', '--format=%(refname) %(objectname)').split('\n')).toEqual(
      attempts.map(({ update }) => `${update?.ref} ${update?.new}`),
    )
  })

  test('is not acknowledged by anything less than exit status 0', async () => {
    const connect = await serve((exec) => receive(exec, 1))
    const attempt = await (await connect()).push(task('n-1'))
    expect(attempt).toMatchObject({ outcome: 'info', reason: 'exit status 1' })
    expect(git('rev-parse', main)).toBe(attempt.update?.new)
  })

  test('is rejected where git does not take its pack', async () => {
    git('config', 'receive.maxInputSize', '10')
    const connect = await serve(receive)
    const attempt = await (await connect()).push(task('n-1'))
    expect(attempt).toMatchObject({ outcome: 'rejected', reason: 'unpacker error' })
    expect(git('for-each-ref')).toBe('')
  })
})

describe('a push whose end nobody saw', () => {
  test('is unknown when the server dies after the exec request', async () => {
    const connect = await serve(({ drop }) => drop())
    const attempt = await (await connect()).push(task('n-1'))
    expect(attempt).toMatchObject({ outcome: 'info', exec: 1, advertised: null, update: null })
  })

  test('is unknown when the server dies with the pack in its hands', async () => {
    const connect = await serve(({ channel, drop }) => {
      channel.write(emptyAdvertisement)
      channel.once('data', drop)
    })
    const attempt = await (await connect()).push(task('n-1'))
    expect(attempt).toMatchObject({ outcome: 'info', advertised: new Map(), update: { old: zero } })
    expect(attempt.sentBytes).toBeGreaterThan(0)
  })

  test('is unknown when the server falls silent, and leaves the connection to others', async () => {
    const connect = await serve(({ channel, ordinal }) => {
      if (ordinal > 1) refuse(channel, 'busy: wait')
    })
    const connection = await connect({ timeoutMs: 400 })
    expect(await connection.push(task('n-1'))).toMatchObject({ outcome: 'info', exec: 1 })
    expect(await connection.push(task('n-2'))).toMatchObject({ outcome: 'busy', exec: 2 })
  })

  test('is unknown when the server does not speak git', async () => {
    const connect = await serve(({ channel }) => void channel.write('Welcome!\n'))
    const attempt = await (await connect()).push(task('n-1'))
    expect(attempt).toMatchObject({ outcome: 'info', reason: 'not a packet length: "Welc"' })
  })
})

describe('a push that is refused', () => {
  test('says why, and has sent nothing', async () => {
    const connect = await serve(({ channel }) => refuse(channel, 'denied: there is no app myapp'))
    const attempt = await (await connect()).push(task('n-1'))
    expect(attempt).toMatchObject({ outcome: 'denied', reason: 'there is no app myapp' })
    expect(attempt).toMatchObject({ advertised: null, update: null, sentBytes: 0 })
  })

  test('hangs up, and stays refused when the connection breaks then', async () => {
    const connect = await serve(({ channel, drop }) => {
      channel.write(encodePacket('ERR unavailable: try again'))
      channel.once('end', drop).resume()
    })
    const attempt = await (await connect({ timeoutMs: 120_000 })).push(task('n-1'))
    expect(attempt).toMatchObject({ outcome: 'unavailable', reason: 'try again' })
  })

  test('is unavailable, not unknown, where its exec request could not be sent', async () => {
    const connect = await serve(({ drop }) => drop())
    const connection = await connect()
    await connection.push(task('n-1'))
    const attempt = await connection.push(task('n-2'))
    expect(attempt).toMatchObject({ outcome: 'unavailable', exec: 0 })
  })

  test('never reaches a server that opens its channel after the client gave up', async () => {
    const commands: string[] = []
    const waiting: (() => void)[] = []
    const connect = await serve(({ command }) => void commands.push(command), {
      session: (open) => (waiting.length === 0 ? void waiting.push(open) : open()),
    })
    const connection = await connect({ timeoutMs: 300 })
    const attempt = await connection.push(task('n-1'))
    expect(attempt).toMatchObject({ outcome: 'unavailable', exec: 0 })
    for (const open of waiting) open()
    await connection.push(task('n-2'))
    expect([waiting.length, commands]).toEqual([1, []])
  })
})

test('an exec request is stamped when it is written, not when its channel was asked for', async () => {
  let openedAt = Number.POSITIVE_INFINITY
  const connect = await serve(({ channel }) => refuse(channel, 'denied: no'), {
    session(open) {
      clock.timer(30, () => {
        openedAt = clock.now()
        open()
      })
    },
  })
  const attempt = await (await connect()).push(task('n-1'))
  expect(attempt.stamps.execAt).toBeGreaterThan(openedAt)
})

describe('a connection', () => {
  test('has the name by which the server knows it', async () => {
    const connect = await serve(() => {})
    expect(connect.server.clients).toEqual([])
    const { name } = await connect()
    expect(connect.server.clients).toEqual([name])
  })

  test('is denied to a key that the server does not know', async () => {
    const connect = await serve(() => {}, { knows: '' })
    await expect(connect()).rejects.toMatchObject({ name: 'ConnectionRefused', code: 'denied' })
  })

  test('is not made with a server that cannot prove the host key', async () => {
    const connect = await serve(() => {})
    const right = ed25519FromText('host-key/7').blob.toString('base64')
    await expect(connect({ hostKey: right })).resolves.toHaveProperty('name')
    await expect(connect({ hostKey: key.blob })).rejects.toMatchObject({ code: 'unreachable' })
  })

  test('is refused where nobody listens', async () => {
    const connect = await serve(() => {})
    await connect.server.close()
    await expect(connect()).rejects.toMatchObject({ code: 'unreachable' })
  })

  test('gives up on a server that never says a word', async () => {
    const mute = createServer((socket) => socket.resume())
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void mute.close())
    const { port } = mute.address() as { port: number }
    const connecting = connectSsh({ host: '127.0.0.1', port, key, clock, timeoutMs: 200 })
    await expect(connecting).rejects.toMatchObject({ name: 'ConnectionRefused', code: 'timeout' })
  })

  test('closes, once and again', async () => {
    const connect = await serve(() => {})
    const connection = await connect()
    await connection.close()
    await connection.close()
    expect(await connection.push(task('n-1'))).toMatchObject({ outcome: 'unavailable', exec: 0 })
  })
})

async function serve(exec: (exec: Exec) => void, changes: Partial<TestServerOptions> = {}) {
  const hostKey = createHostKey('7')
  const server = await startSshServer({ hostKey, knows: key.blob, exec, ...changes })
  onTestFinished(server.close)
  const { port } = server
  const connect = (options: Partial<SshOptions> = {}) =>
    connectSsh({ host: '127.0.0.1', port, key, clock, timeoutMs: 10_000, ...options })
  return Object.assign(connect, { server })
}

function refuse(channel: ServerChannel, message: string): void {
  channel.write(encodePacket(`ERR ${message}\n`))
  end(channel, 1)
}

function end(channel: ServerChannel, exitStatus: number): void {
  channel.exit(exitStatus)
  channel.end()
}
