import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createHttpTransport, realClock } from '@keyrace/environment/real'
import { connectSsh, createFixture, type FixtureApp, type PushAttempt } from '@keyrace/load'
import { repositoryName } from '@keyrace/push'
import { GenericContainer, Network, type StartedTestContainer, Wait } from 'testcontainers'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { containerUser, foldersUnder, prepare } from './compose/folders.ts'
import { buildImages } from './compose/images.ts'
import { createControllerAccess } from './controller-access.ts'
import { readRefs } from './real/ref-reader.ts'
import { canRunContainers } from './testing/can-run-containers.ts'
import { postgresContainer, postgresUrl } from './testing/postgres-container.ts'

const timeoutMs = 30_000
const arm = { name: 'fingerprint' }
const fixture = createFixture({ seed: 7, users: 4, keysPerUser: 2, apps: 3 })
const [raced, shared, handed] = fixture.apps as [FixtureApp, FixtureApp, FixtureApp]

describe.runIf(await canRunContainers())('a controller and two builders from our images', () => {
  const cleanup = new AsyncDisposableStack()
  let access: ReturnType<typeof createControllerAccess>
  let builders: readonly StartedTestContainer[]
  let folder: string
  let repositories: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keyrace-'))
    cleanup.defer(() => rm(folder, { recursive: true, force: true }))
    const folders = foldersUnder({ temporary: folder, kept: folder })
    await prepare(folders, [arm], 'host key')
    repositories = folders.repositories(arm)
    await buildImages(join(folder, 'build.log'))

    const network = await new Network().start()
    cleanup.defer(() => network.stop().then(() => {}))
    const start = async (container: GenericContainer, alias: string) => {
      const started = await container.withNetwork(network).withNetworkAliases(alias).start()
      cleanup.defer(() => started.stop().then(() => {}))
      return started
    }
    await start(postgresContainer(), 'postgres')
    const controller = await start(controllerContainer(), 'controller')
    const builder = (replica: string) =>
      start(builderContainer(replica, repositories, folders.hostKey), replica)
    builders = await Promise.all(['builder-1', 'builder-2'].map(builder))

    const origin = `http://${controller.getHost()}:${controller.getMappedPort(8000)}`
    const transport = createHttpTransport({ origin })
    cleanup.defer(() => transport.close())
    access = createControllerAccess({ transport, operatorToken: 'operator-secret' })
    await access.load(fixture.lines())
  })
  afterAll(() => cleanup.disposeAsync())

  async function push(
    builder: StartedTestContainer,
    { app, pusher: key }: FixtureApp,
    ref = 'refs/heads/main',
  ): Promise<PushAttempt> {
    const address = { host: builder.getHost(), port: builder.getMappedPort(2222) }
    const connection = await connectSsh({ ...address, key, clock: realClock, timeoutMs })
    try {
      return await connection.push({ app, ref, nonce: `${builder.getName()} ${ref}` })
    } finally {
      await connection.close()
    }
  }

  test('take a push on each builder, and after a deletion on none', async () => {
    for (const builder of builders) expect(await push(builder, raced)).toMatchObject(accepted)
    const deletion = { params: { app: raced.app } }
    const { ok } = await access.asUser(raced.token).call('deleteApp', deletion, { timeoutMs })
    expect(ok).toBe(true)
    for (const builder of builders) {
      expect(await push(builder, raced)).toMatchObject({ outcome: 'denied', advertised: null })
    }
  })

  test('keep apart, by the lock on their shared disk, who pushes at the same time', async () => {
    const branches = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `refs/heads/${name}`)
    const attempts = await Promise.all(
      branches.map((ref, n) => push(builders[n % 2] as StartedTestContainer, shared, ref)),
    )
    expect(attempts.map(({ outcome }) => outcome)).toEqual(branches.map(() => 'ok'))
    const refs = await readRefs(join(repositories, repositoryName({ ...shared, generation: 1 })))
    expect([...refs.keys()]).toEqual(branches)
  })

  test('run without the rights of root, and with native ciphers', async () => {
    for (const builder of builders) {
      expect((await builder.exec(['id', '-u'])).output.trim()).not.toBe('0')
      const native = await builder.exec(['node', '-p', nativeCiphers])
      expect(native.output.trim()).toBe('true')
    }
  })

  // Its number means nothing in another container, where it is that of somebody alive.
  test('leave to the survivor a lock whose holder was killed in another container', async () => {
    const [doomed, survivor] = builders as [StartedTestContainer, StartedTestContainer]
    await beginPush(doomed, handed)
    await promisify(execFile)('docker', ['kill', doomed.getId()])
    const tickets = join(repositories, '.locks', `${handed.app}.1`)
    const [ticket = ''] = await readdir(tickets)
    expect(await readFile(join(tickets, ticket), 'utf8')).not.toContain('released')
    expect(await push(survivor, handed)).toMatchObject(accepted)
  })

  /** As far as the advertisement: then the builder waits for the client, and holds the lock. */
  async function beginPush(builder: StartedTestContainer, { app, pusher }: FixtureApp) {
    const key = join(folder, 'key')
    await writeFile(key, pusher.privateKey, { mode: 0o600 })
    const settings = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'BatchMode=yes']
    const ssh = spawn('ssh', [
      ...['-F', 'none', '-i', key, '-o', 'IdentitiesOnly=yes'],
      ...settings.flatMap((setting) => ['-o', setting]),
      ...['-p', String(builder.getMappedPort(2222)), `git@${builder.getHost()}`],
      `git-receive-pack '${app}.git'`,
    ])
    onTestFinished(() => void ssh.kill())
    const [advertisement] = await once(ssh.stdout, 'data', {
      signal: AbortSignal.timeout(timeoutMs),
    })
    expect(String(advertisement)).toContain('capabilities^{}')
  }
})

const accepted = { outcome: 'ok', reason: null }
const nativeCiphers = "require('ssh2/lib/protocol/crypto.js').bindingAvailable"

function controllerContainer(): GenericContainer {
  return new GenericContainer('keyrace/controller')
    .withCommand([`--database=${postgresUrl}`])
    .withEnvironment({
      KEYRACE_OPERATOR_TOKEN: 'operator-secret',
      KEYRACE_BUILDER_TOKENS: `${arm.name}=builder-secret`,
    })
    .withExposedPorts(8000)
    .withWaitStrategy(Wait.forHttp('/readiness', 8000))
}

function builderContainer(replica: string, repositories: string, hostKey: string) {
  const { uid, gid } = containerUser()
  return new GenericContainer('keyrace/builder')
    .withUser(`${uid}:${gid}`)
    .withCommand([`--replica=${replica}`, '--controller=http://controller:8000'])
    .withEnvironment({ KEYRACE_BUILDER_TOKEN: 'builder-secret' })
    .withBindMounts([
      { source: repositories, target: '/repositories' },
      { source: hostKey, target: '/host-key', mode: 'ro' },
    ])
    .withExposedPorts(2222)
    .withWaitStrategy(Wait.forLogMessage(/"event":"listening"/))
}
