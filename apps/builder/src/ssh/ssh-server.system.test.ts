import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { realClock } from '@keyrace/environment/real'
import type { PushRequest } from '@keyrace/push'
import ssh2, { type ClientChannel } from 'ssh2'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Key, type Rig, startRig } from '../testing/rig.ts'
import type { Limits } from './limits.ts'
import type { SshChannel } from './ssh-channel.ts'
import { createSshServer, type SshServer } from './ssh-server.ts'

let rig: Rig
let server: SshServer
let execs: PushRequest<SshChannel>[]
let identified: number
let known: Key
let stranger: Key

beforeAll(async () => {
  rig = await startRig()
  known = await rig.addKey('known')
  stranger = await rig.addKey('stranger')
})
afterAll(() => rig.close())
afterEach(() => server.close())

/** A server that knows every key but `stranger`’s, and leaves exec requests to the test. */
async function listen(limits: Partial<Limits>): Promise<number> {
  execs = []
  identified = 0
  server = createSshServer({
    clock: realClock,
    hostKeys: [await readFile(rig.hostKey, 'utf8')],
    limits,
    lookup: {
      async identify({ fingerprint }) {
        identified++
        const isStranger = fingerprint === stranger.fingerprint
        return isStranger ? { kind: 'unknown-key' } : { kind: 'user', user: 'alice' }
      },
    },
    onExec: (request) => execs.push(request),
    onFault: (error) => {
      throw error
    },
  })
  return (await server.listen({ host: '127.0.0.1', port: 0 })).port
}

async function connectClient(port: number, options: ssh2.ConnectConfig) {
  const client = new ssh2.Client()
  client.connect({ host: '127.0.0.1', port, username: 'git', ...options })
  const outcome = await new Promise<string>((resolve) => {
    client.on('ready', () => resolve('ready'))
    client.on('error', (error) => resolve(error.message))
    client.on('close', () => resolve('closed'))
  })
  return { client, outcome }
}

describe('an SSH server', () => {
  test.each([
    ['says nothing', ''],
    ['only greets', 'SSH-2.0-stalled\r\n'],
  ])('ends a connection that %s within the grace time', async (_, text) => {
    const port = await listen({ loginGraceMs: 200 })
    const socket = connect(port, '127.0.0.1')
    socket.write(text)
    socket.resume()
    await once(socket, 'close')
  })

  test('leaves a connection alone that has signed in', async () => {
    const port = await listen({ loginGraceMs: 300 })
    const { client } = await connectClient(port, { privateKey: await readFile(known.file) })
    await new Promise((resolve) => setTimeout(resolve, 600))
    const channel = await new Promise<ClientChannel>((resolve, reject) =>
      client.exec('git-receive-pack', (error, stream) => (error ? reject(error) : resolve(stream))),
    )
    expect(execs).toHaveLength(1)
    channel.end()
    client.end()
  })

  test('does not listen to an exec request before a signature', async () => {
    const port = await listen({})
    const client = new ssh2.Client()
    const refusal = new Promise((resolve) => {
      client.on('handshake', () => client.exec("git-receive-pack 'x'", resolve))
    })
    // Never offers anything.
    client.connect({ host: '127.0.0.1', port, username: 'git', authHandler: () => {} })
    expect(await refusal).toBeInstanceOf(Error)
    expect(execs).toEqual([])
    client.end()
  })

  test('stops answering a client that offers key after key', async () => {
    const port = await listen({ mostProbes: 3 })
    const privateKey = await readFile(stranger.file)
    const offer = { type: 'publickey', username: 'git', key: privateKey } as const
    const { outcome } = await connectClient(port, { authHandler: () => offer })
    expect(outcome).not.toBe('ready')
    expect(identified).toBe(3)
  })

  test('opens no more sessions at a time on one connection than it may', async () => {
    const port = await listen({ mostSessions: 2 })
    const { client } = await connectClient(port, { privateKey: await readFile(known.file) })
    const exec = () =>
      new Promise<ClientChannel | undefined>((resolve) =>
        client.exec('git-receive-pack', (error, stream) => resolve(error ? undefined : stream)),
      )
    const [first, , third] = await Promise.all([exec(), exec(), exec()])
    expect(third).toBeUndefined()
    expect(execs.map((request) => request.exec)).toEqual([1, 2])
    const [request] = execs
    request?.channel.finish(0)
    await once(first?.resume() as ClientChannel, 'close')
    expect(await exec()).toBeDefined()
    client.end()
  })

  test('knows a connection by the name that its client has', async () => {
    const port = await listen({})
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    const privateKey = await readFile(known.file)
    const { client } = await connectClient(port, { sock: socket, privateKey })
    await new Promise((resolve) => client.exec('git-receive-pack', resolve))
    expect(execs.map(({ connection }) => connection)).toEqual([`127.0.0.1:${socket.localPort}`])
    client.end()
  })

  test('resets sequence numbers after the key exchange, against Terrapin', async () => {
    const port = await listen({})
    const { stderr } = await rig.ssh({ port }, known, '-v', 'git@127.0.0.1')
    expect(stderr).toContain('kex: host key algorithm: ssh-ed25519')
    expect(stderr).toContain('resetting read seqnr')
  })

  test.each([
    ['key exchange', 'KexAlgorithms=diffie-hellman-group14-sha1'],
    ['cipher', 'Ciphers=chacha20-poly1305@openssh.com'],
    ['cipher', 'Ciphers=aes128-cbc'],
    ['MAC', 'MACs=hmac-sha1,hmac-sha1-etm@openssh.com'],
  ])('has no %s for %s', async (kind, setting) => {
    const port = await listen({})
    // A MAC is only looked for with a cipher that needs one.
    const settings = ['-v', '-o', setting, '-o', 'Ciphers=aes128-ctr']
    const { code, stderr } = await rig.ssh({ port }, known, ...settings, 'git@127.0.0.1')
    expect(code).toBe(255)
    expect(stderr).toContain(`no matching ${kind}`)
  })
})
