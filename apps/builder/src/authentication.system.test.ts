import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import ssh2, { type BaseAgent, type ParsedKey } from 'ssh2'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Key, type Rig, type RunningBuilder, startRig } from './testing/rig.ts'

let rig: Rig
let builder: RunningBuilder
let alice: Key
let bob: Key

beforeAll(async () => {
  rig = await startRig()
  alice = await rig.addKey('alice', { owner: 'alice' })
  bob = await rig.addKey('bob', { owner: 'bob' })
  builder = await rig.startBuilder()
})
afterAll(() => rig.close())
beforeEach(() => rig.controller.calls.clear())

const denied = 'Permission denied (publickey)'

describe('a key', () => {
  test.each([
    { type: 'ed25519' },
    { type: 'ecdsa', bits: 256 },
    { type: 'ecdsa', bits: 521 },
    { type: 'rsa', bits: 2048 },
  ])('of type $type ($bits) admits its owner', async (options) => {
    const key = await rig.addKey(`${options.type}-${options.bits}`, { ...options, owner: 'carol' })
    const { stderr } = await rig.ssh(builder, key, 'git@127.0.0.1')
    expect(stderr).toContain('Hello carol.')
  })

  test('is looked up once from its offer to its signature', async () => {
    await rig.ssh(builder, alice, 'git@127.0.0.1')
    expect(rig.controller.calls.get('keyOwner')).toBe(1)
  })

  test('of nobody is refused', async () => {
    const stranger = await rig.addKey('stranger')
    const { code, stderr } = await rig.ssh(builder, stranger, 'git@127.0.0.1')
    expect(code).toBe(255)
    expect(stderr).toContain(denied)
  })

  test('of RSA is refused with a SHA-1 signature', async () => {
    const key = await rig.addKey('sha1', { type: 'rsa', bits: 2048, owner: 'carol' })
    const sha1 = ['-o', 'PubkeyAcceptedAlgorithms=ssh-rsa']
    const { stderr } = await rig.ssh(builder, key, ...sha1, 'git@127.0.0.1')
    expect(stderr).toContain(denied)
    const sha2 = ['-o', 'PubkeyAcceptedAlgorithms=rsa-sha2-256']
    expect((await rig.ssh(builder, key, ...sha2, 'git@127.0.0.1')).stderr).toContain('Hello carol.')
  })

  test('of RSA is refused with 1024 bits', async () => {
    const key = await rig.addKey('short', { type: 'rsa', bits: 1024, owner: 'carol' })
    const { stderr } = await rig.ssh(builder, key, 'git@127.0.0.1')
    expect(stderr).toContain(denied)
    expect(rig.controller.calls.get('keyOwner')).toBeUndefined()
  })
})

describe('the identity of a connection', () => {
  test.each(['before', 'after'])(
    'is not that of a key that was only offered, %s its own',
    async (when) => {
      // The stock client offers a public key whose private half it lacks, and then cannot sign.
      const victim = join(rig.folder, `victim-${when}`)
      await writeFile(`${victim}.pub`, await readFile(`${alice.file}.pub`))
      const files = when === 'before' ? [victim, bob.file] : [bob.file, victim]
      const [first, second] = files.map((file) => ({ file, fingerprint: '' })) as [Key, Key]
      const { stderr } = await rig.ssh(builder, first, '-i', second.file, 'git@127.0.0.1')
      expect(stderr).toContain('Hello bob.')
      await rm(`${victim}.pub`)
    },
  )

  test.each([
    ['noise', () => Buffer.alloc(64, 7)],
    ['nothing', () => Buffer.alloc(0)],
    ['another key’s signature', (data: Buffer, other: ParsedKey) => other.sign(data)],
    ['a signature of something else', (_: Buffer, __: ParsedKey, own: ParsedKey) => own.sign('x')],
  ])('is not given to a known key with %s for a signature', async (_, sign) => {
    const [own, other] = await Promise.all([privateKey(alice), privateKey(bob)])
    const agent = agentWith(own, (data) => sign(data, other, own))
    expect(await logIn(agent)).toBe('All configured authentication methods failed')
    expect(rig.controller.calls.get('keyOwner')).toBeGreaterThanOrEqual(1)
  })

  test('is given to the same agent once it signs honestly', async () => {
    const own = await privateKey(alice)
    expect(await logIn(agentWith(own, (data) => own.sign(data)))).toBe('ready')
  })

  test.each(['password', 'keyboard-interactive', 'none'])('cannot be had by %s', async (method) => {
    const { stderr } = await rig.ssh(
      builder,
      alice,
      ...['-o', `PreferredAuthentications=${method}`],
      'git@127.0.0.1',
    )
    expect(stderr).toContain(denied)
  })
})

async function privateKey({ file }: Key): Promise<ParsedKey> {
  const key = ssh2.utils.parseKey(await readFile(file, 'utf8'))
  if (key instanceof Error) throw key
  return key
}

function agentWith(key: ParsedKey, sign: (data: Buffer) => Buffer): BaseAgent {
  return new (class extends ssh2.BaseAgent<ParsedKey> {
    override getIdentities(callback: (error?: Error | null, keys?: ParsedKey[]) => void) {
      callback(null, [key])
    }
    override sign(...args: unknown[]) {
      const [, data, , callback] = args as [unknown, Buffer, unknown, (e: null, s: Buffer) => void]
      callback(null, sign(data))
    }
  })()
}

/** How a login ended. */
function logIn(agent: BaseAgent): Promise<string> {
  return new Promise((resolve) => {
    const client = new ssh2.Client()
    client
      .on('ready', () => {
        resolve('ready')
        client.end()
      })
      .on('error', (error) => resolve(error.message))
      .connect({ host: '127.0.0.1', port: builder.port, username: 'git', agent })
  })
}
