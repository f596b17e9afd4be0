import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { identify } from '@keyrace/environment/real'
import ssh2, { type Client } from 'ssh2'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  type Key,
  type Rig,
  type RunningBuilder,
  startRig,
  type WorkingCopy,
} from './testing/rig.ts'

let rig: Rig
let builder: RunningBuilder
let alice: Key
let copy: WorkingCopy

beforeEach(async () => {
  rig = await startRig()
  alice = await rig.addKey('alice', { owner: 'alice' })
  rig.controller.apps.set('myapp', { generation: 1, users: new Set(['alice']) })
  copy = await rig.clone()
  builder = await rig.startBuilder(['--drain-timeout=5s'])
})
afterEach(() => rig.close())

/** Holds the publish of the next push: `reached` when it got there, `release` lets it go on. */
function holdPublish() {
  const reached = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  rig.controller.before.publish = async () => {
    delete rig.controller.before.publish
    reached.resolve()
    await released.promise
    return undefined
  }
  return { reached: reached.promise, release: released.resolve }
}

/** The git that works for the push whose ticket is the latest. */
async function worker(): Promise<number> {
  const ticket = await readFile(join(rig.repositories, '.locks/myapp.1/1'), 'utf8')
  return Number(/"worker":\{[^}]*"pid":(\d+)/.exec(ticket)?.[1])
}

/** A process that has ended and that nobody has asked after is dead as well. */
function isAlive(pid: number): boolean {
  return identify(pid).startedAt !== 'gone'
}

/** Signed in as alice, and idle. */
async function connectedClient(port: number): Promise<Client> {
  const client = new ssh2.Client().on('error', () => {})
  const privateKey = await readFile(alice.file)
  client.connect({ host: '127.0.0.1', port, username: 'git', privateKey })
  await once(client, 'ready')
  return client
}

describe('a builder that is killed in the middle of a push', () => {
  test('leaves a git that moves no ref and ends by itself', async () => {
    const publish = holdPublish()
    const pushed = copy.push(builder, alice, 'myapp')
    await publish.reached
    const git = await worker()
    expect(isAlive(git)).toBe(true)
    await builder.stop('SIGKILL')
    publish.release()
    expect((await pushed).code).not.toBe(0)
    await expect.poll(() => isAlive(git)).toBe(false)
    expect(await rig.refs('myapp')).toEqual({})
  })

  test('frees its lock for the next one, which settles what was left pending', async () => {
    const publish = holdPublish()
    const pushed = copy.push(builder, alice, 'myapp')
    await publish.reached
    await builder.stop('SIGKILL')
    publish.release()
    await pushed
    await expect.poll(() => pendingAndSettled()).toEqual(['pending'])

    const sha = await copy.commit()
    const other = await rig.startBuilder(['--replica=builder-2'])
    expect(await copy.push(other, alice, 'myapp')).toMatchObject({ code: 0 })
    expect(await rig.refs('myapp')).toEqual({ 'refs/heads/main': sha })
    await rig.startBuilder()
    await expect.poll(() => pendingAndSettled()).toEqual(['abandoned', 'live'])
  })

  test('settles as live what had moved', async () => {
    rig.controller.before.settleRelease = async () => {
      void builder.stop('SIGKILL')
      return 'server-error'
    }
    const { code } = await copy.push(builder, alice, 'myapp')
    expect(code).not.toBe(0)
    delete rig.controller.before.settleRelease
    expect(Object.keys(await rig.refs('myapp'))).toEqual(['refs/heads/main'])
    await rig.startBuilder()
    await expect.poll(() => pendingAndSettled()).toEqual(['live'])
  })

  function pendingAndSettled() {
    return [...rig.controller.releases.values()].map(({ state }) => state)
  }
})

describe('a builder that is asked to end', () => {
  test('lets a running push end well, and takes no other', async () => {
    const publish = holdPublish()
    const pushed = copy.push(builder, alice, 'myapp')
    await publish.reached
    const ended = builder.stop('SIGTERM')
    await expect
      .poll(async () => (await copy.push(builder, alice, 'myapp')).stderr)
      .toContain('Connection refused')
    publish.release()
    expect(await pushed).toMatchObject({ code: 0 })
    expect(await ended).toBe(0)
    expect(Object.keys(await rig.refs('myapp'))).toEqual(['refs/heads/main'])
  })

  test('tells those who are connected to push again', async () => {
    const client = await connectedClient(builder.port)
    const publish = holdPublish()
    const pushed = copy.push(builder, alice, 'myapp')
    await publish.reached
    const ended = builder.stop('SIGTERM')
    await expect.poll(answer).toContain('ERR unavailable: this builder is going away')
    publish.release()
    await Promise.all([pushed, ended])

    function answer(): Promise<string> {
      return new Promise((resolve) => {
        client.exec("git-receive-pack 'other'", (_, channel) => {
          channel.once('data', (text: Buffer) => resolve(String(text)))
        })
      })
    }
  })

  test('ends a push that takes longer than the drain, and leaves no git', async () => {
    const impatient = await rig.startBuilder(['--drain-timeout=100ms'])
    const publish = holdPublish()
    const pushed = copy.push(impatient, alice, 'myapp')
    await publish.reached
    const git = await worker()
    const ended = impatient.stop('SIGTERM')
    await expect.poll(() => isAlive(git)).toBe(false)
    publish.release()
    expect((await pushed).code).not.toBe(0)
    expect({ code: await ended, log: impatient.log() }).toMatchObject({ code: 0 })
    expect(await rig.refs('myapp')).toEqual({})
  })

  test('ends when its parent is gone', async () => {
    builder.process.stdin?.end()
    expect(await builder.stop('SIGCONT')).toBe(0)
  })
})

describe('a client that goes away', () => {
  test('before it sent anything frees the lock', async () => {
    const client = await connectedClient(builder.port)
    client.exec("git-receive-pack 'myapp'", () => {})
    await expect.poll(async () => isAlive(await worker().catch(() => 0))).toBe(true)
    const git = await worker()
    client.destroy()
    await expect.poll(() => isAlive(git)).toBe(false)
    expect(await copy.push(builder, alice, 'myapp')).toMatchObject({ code: 0 })
  })

  test('while its push is published has pushed all the same', async () => {
    const publish = holdPublish()
    const leaving = new AbortController()
    const pushed = copy.pushUntil(leaving.signal, builder, alice, 'myapp')
    await publish.reached
    leaving.abort()
    expect((await pushed).code).not.toBe(0)
    publish.release()
    await expect
      .poll(() => [...rig.controller.releases.values()].map(({ state }) => state))
      .toEqual(['live'])
    expect(Object.keys(await rig.refs('myapp'))).toEqual(['refs/heads/main'])
  })

  test('and says nothing any more is not waited for longer than the deadline', async () => {
    const strict = await rig.startBuilder(['--git-timeout=300ms'])
    const client = await connectedClient(strict.port)
    const code = await new Promise((resolve) => {
      client.exec("git-receive-pack 'myapp'", (_, channel) => channel.resume().on('exit', resolve))
    })
    expect(code).toBe(1)
    client.end()
    expect(await copy.push(builder, alice, 'myapp')).toMatchObject({ code: 0 })
  })
})

describe('a disk that cannot be written to', () => {
  test('makes a push unavailable, with the reason', async () => {
    await mkdir(rig.repositories, { recursive: true })
    await writeFile(join(rig.repositories, 'myapp.1.git'), 'in the way')
    const { code, stderr } = await copy.push(builder, alice, 'myapp')
    expect(code).toBe(128)
    expect(stderr).toContain('remote error: unavailable: the builder cannot write')
  })
})
