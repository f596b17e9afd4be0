import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { connectWith } from '../client-connect.ts'
import { createReceiver, key, refuse, serve, task } from '../testing/rig.ts'
import { startClientThread } from '../threads/client-thread.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyrace-openssh-'))
  return () => {
    vi.unstubAllEnvs()
    rmSync(folder, { recursive: true })
  }
})

/** From now on private folders are made in here. */
function watchPrivateFolders(): () => string[] {
  const temporary = join(folder, 'temporary')
  mkdirSync(temporary)
  vi.stubEnv('TMPDIR', temporary)
  return () => readdirSync(temporary)
}

test('no setting of whoever runs it has a say', async () => {
  const { receive } = createReceiver()
  const { connect } = await serve(connectWith.openssh, receive)
  writeFileSync(join(folder, '.gitconfig'), '[core]\n\tsshCommand = false\n')
  const settings = {
    HOME: folder,
    GIT_DIR: folder,
    GIT_SSH_COMMAND: 'false',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'url.ssh://elsewhere/.insteadOf',
    GIT_CONFIG_VALUE_0: 'ssh://',
    GIT_TRACE_PACKET: '0',
    SSH_AUTH_SOCK: join(folder, 'no-agent'),
    LC_ALL: 'de_DE.UTF-8',
  }
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value)
  expect(await (await connect()).push(task('n-1'))).toMatchObject({ outcome: 'ok' })
})

test('a closed connection leaves nothing behind, and neither does a refused one', async () => {
  const privateFolders = watchPrivateFolders()
  const { connect, server } = await serve(connectWith.openssh, ({ channel }) =>
    refuse(channel, 'denied: no'),
  )
  const connection = await connect()
  await connection.push(task('n-1'))
  expect(privateFolders()).toHaveLength(1)
  await connection.close()
  await connection.push(task('n-2'))
  await server.close()
  await expect(connect()).rejects.toThrow()
  expect(privateFolders()).toEqual([])
})

test('a connection is gone with its thread', async () => {
  const privateFolders = watchPrivateFolders()
  const thread = startClientThread('openssh')
  const { connect } = await serve(thread.connect, () => {})
  await connect()
  expect(privateFolders()).toHaveLength(1)
  await thread.end()
  await expect.poll(privateFolders, { timeout: 10_000 }).toEqual([])
})

test('a connection is gone with its process, though that is killed', async () => {
  const privateFolders = watchPrivateFolders()
  const { server } = await serve(connectWith.openssh, () => {})
  const options = { host: '127.0.0.1', port: server.port, key, timeoutMs: 20_000 }
  const script = `
    import { createClients } from ${JSON.stringify(new URL('../clients.ts', import.meta.url))}
    await createClients({ client: 'openssh', workers: 0 }).connect(${JSON.stringify(options)})
    console.log('connected')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script])
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  expect(privateFolders()).toHaveLength(1)
  child.kill('SIGKILL')
  await expect.poll(privateFolders, { timeout: 10_000 }).toEqual([])
})

test('without ssh it says what is missing, and leaves nothing behind', async () => {
  const privateFolders = watchPrivateFolders()
  const { connect } = await serve(connectWith.openssh, () => {})
  const tools = join(folder, 'tools')
  mkdirSync(tools)
  for (const tool of ['git', 'rm']) symlinkSync(pathOf(tool), join(tools, tool))
  vi.stubEnv('PATH', tools)
  await expect(connect()).rejects.toThrow('needs git and ssh on the PATH')
  expect(privateFolders()).toEqual([])
})

test('a folder that cannot be filled is not left behind, with the private key in it', async () => {
  const privateFolders = watchPrivateFolders()
  const { connect } = await serve(connectWith.openssh, () => {})
  await expect(connect({ hostKey: '' })).rejects.toThrow()
  expect(privateFolders()).toEqual([])
})

test('a push that cannot be prepared is unavailable, and holds up no other', async () => {
  const { receive } = createReceiver()
  const privateFolders = watchPrivateFolders()
  const { connect } = await serve(connectWith.openssh, receive)
  const connection = await connect()
  const objects = join(folder, 'temporary', privateFolders()[0] ?? '', 'push.git', 'objects')
  rmSync(objects, { recursive: true })
  writeFileSync(objects, 'no folder')
  expect(await connection.push(task('n-1'))).toMatchObject({ outcome: 'unavailable', exec: 0 })
  rmSync(objects)
  expect(await connection.push(task('n-2'))).toMatchObject({ outcome: 'ok', exec: 1 })
})

test('a socket that the system denies is no word of the server on the key', async () => {
  const { connect } = await serve(connectWith.openssh, () => {})
  const tools = join(folder, 'tools')
  mkdirSync(tools)
  writeFileSync(join(tools, 'ssh'), '#!/bin/sh\necho "connect: Permission denied" >&2; exit 255\n')
  chmodSync(join(tools, 'ssh'), 0o755)
  vi.stubEnv('PATH', `${tools}:${process.env.PATH}`)
  await expect(connect()).rejects.toMatchObject({ code: 'unreachable' })
})

function pathOf(tool: string): string {
  return execFileSync('/bin/sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim()
}
