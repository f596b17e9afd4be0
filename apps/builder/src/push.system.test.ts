import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PushEvidence } from '@keyrace/contracts'
import ssh2 from 'ssh2'
import { Check } from 'typebox/value'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
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
let apps = 0

beforeAll(async () => {
  rig = await startRig()
  alice = await rig.addKey('alice', { owner: 'alice' })
  builder = await rig.startBuilder([
    `--evidence=${join(rig.folder, 'evidence.ndjson')}`,
    '--lock-timeout=300ms',
  ])
  copy = await rig.clone()
})
afterAll(() => rig.close())
afterEach(() => {
  for (const name of Object.keys(rig.controller.before)) {
    delete rig.controller.before[name as keyof typeof rig.controller.before]
  }
})

function newApp(...users: string[]): string {
  const app = `app-${++apps}`
  rig.controller.apps.set(app, { generation: 1, users: new Set(users) })
  return app
}

function releasesOf(app: string) {
  return [...rig.controller.releases.values()].filter((release) => release.app === app)
}

describe('a push with the stock client', () => {
  test('is accepted, and so is a fast-forward after it', async () => {
    const app = newApp('alice')
    for (let push = 1; push <= 2; push++) {
      const sha = await copy.commit()
      expect(await copy.push(builder, alice, `${app}.git`)).toMatchObject({ code: 0 })
      expect(await rig.refs(app)).toEqual({ 'refs/heads/main': sha })
      expect(releasesOf(app)).toHaveLength(push)
      expect(releasesOf(app).at(-1)).toMatchObject({ state: 'live', user: 'alice', generation: 1 })
    }
  })

  test('that has nothing new is up to date, and releases nothing', async () => {
    const app = newApp('alice')
    await copy.push(builder, alice, app)
    const again = await copy.push(builder, alice, app)
    expect(again).toMatchObject({ code: 0, stderr: 'Everything up-to-date\n' })
    expect(releasesOf(app)).toHaveLength(1)
  })

  test('lands in the repository of its generation', async () => {
    const app = newApp('alice')
    await copy.push(builder, alice, app)
    rig.controller.apps.set(app, { generation: 2, users: new Set(['alice']) })
    expect(await copy.push(builder, alice, app)).toMatchObject({ code: 0 })
    expect(await rig.refs(app, 2)).toEqual(await rig.refs(app, 1))
  })

  test('to somebody else’s app is denied with a word that helps, and creates nothing', async () => {
    const app = newApp('bob')
    const { code, stderr } = await copy.push(builder, alice, app)
    expect(code).toBe(128)
    expect(stderr).toContain(`fatal: remote error: denied: alice may push to no app ${app}`)
    expect(existsSync(join(rig.repositories, `${app}.1.git`))).toBe(false)
  })

  test('is unavailable when nobody can say whose key it is, and creates nothing', async () => {
    const app = newApp('alice')
    rig.controller.before.keyOwner = async () => 'server-error'
    const { code, stderr } = await copy.push(builder, alice, app)
    expect(code).toBe(128)
    expect(stderr).toContain('fatal: remote error: unavailable: cannot check access right now')
    expect(existsSync(join(rig.repositories, `${app}.1.git`))).toBe(false)
  })

  test('is unavailable when the permission cannot be checked', async () => {
    const app = newApp('alice')
    const answers = [undefined, 'server-error'] as const
    let call = 0
    rig.controller.before.keyOwner = async () => answers[call++]
    const { code, stderr } = await copy.push(builder, alice, app)
    expect(code).toBe(128)
    expect(stderr).toContain('fatal: remote error: unavailable: ')
  })

  test('is busy while another one runs, and says whose', async () => {
    const app = newApp('alice')
    const publishing = Promise.withResolvers<void>()
    const published = Promise.withResolvers<void>()
    rig.controller.before.publish = async () => {
      publishing.resolve()
      await published.promise
      return undefined
    }
    const first = copy.push(builder, alice, app)
    await publishing.promise
    const { code, stderr } = await copy.push(builder, alice, app)
    expect(code).toBe(128)
    expect(stderr).toContain(`fatal: remote error: busy: another push to ${app} is running`)
    expect(stderr).toContain('builder-1, alice')
    published.resolve()
    expect(await first).toMatchObject({ code: 0 })
  })

  test('that is refused at the commit moves nothing and tells why', async () => {
    const app = newApp('alice')
    rig.controller.before.publish = async () => 'generation-gone'
    const { code, stderr } = await copy.push(builder, alice, app)
    expect(code).toBe(1)
    expect(stderr).toContain(
      `remote: denied: ${app} was deleted and created again while you pushed`,
    )
    expect(stderr).toContain('pre-receive hook declined')
    expect(await rig.refs(app)).toEqual({})
  })

  test('is refused where the publish failed, and nothing moves', async () => {
    const app = newApp('alice')
    rig.controller.before.publish = async () => 'server-error'
    const { code, stderr } = await copy.push(builder, alice, app)
    expect(code).toBe(1)
    expect(stderr).toContain('remote: unavailable: cannot check access right now (server-error)')
    expect(await rig.refs(app)).toEqual({})
  })

  test('whose release cannot be settled is not acknowledged, and is settled later', async () => {
    const app = newApp('alice')
    rig.controller.before.settleRelease = async () => 'server-error'
    const { code, stderr } = await copy.push(builder, alice, app)
    expect(code).toBe(1)
    expect(stderr).toContain('indeterminate: the builder cannot say how this push ended')
    expect(releasesOf(app)).toMatchObject([{ state: 'pending' }])
    delete rig.controller.before.settleRelease
    await expect.poll(() => releasesOf(app), { timeout: 20_000 }).toMatchObject([{ state: 'live' }])
  })

  test('of several refs moves all of them', async () => {
    const app = newApp('alice')
    const pushed = await copy.push(builder, alice, app, 'main', 'main:refs/tags/v1', 'main:topic')
    expect(pushed).toMatchObject({ code: 0 })
    expect(Object.keys(await rig.refs(app))).toEqual([
      'refs/heads/main',
      'refs/heads/topic',
      'refs/tags/v1',
    ])
    expect(releasesOf(app)).toHaveLength(1)
  })

  test('of several refs moves none when git refuses one', async () => {
    const app = newApp('alice')
    await copy.push(builder, alice, app, 'main:topic')
    const before = await rig.refs(app)
    await copy.commit()
    // A branch cannot lie below another one.
    const pushed = await copy.push(builder, alice, app, 'main', 'main:topic', 'main:topic/below')
    expect(pushed.code).toBe(1)
    expect(await rig.refs(app)).toEqual(before)
    expect(releasesOf(app).map(({ state }) => state)).toEqual(['live', 'abandoned'])
  })

  test('takes its turn when others push to the same app, through other builders too', async () => {
    const app = newApp('alice')
    const sha = await copy.commit()
    const patience = '--lock-timeout=20s'
    const builders = [
      await rig.startBuilder(['--replica=builder-2', patience]),
      await rig.startBuilder(['--replica=builder-3', patience]),
    ]
    const branches = ['a', 'b', 'c', 'd']
    const pushes = await Promise.all(
      branches.map((branch, index) =>
        copy.push(builders[index % 2] ?? builder, alice, app, `main:${branch}`),
      ),
    )
    expect(pushes.map(({ code }) => code)).toEqual([0, 0, 0, 0])
    expect(await rig.refs(app)).toEqual(
      Object.fromEntries(branches.map((branch) => [`refs/heads/${branch}`, sha])),
    )
    expect(releasesOf(app).map(({ state }) => state)).toEqual(['live', 'live', 'live', 'live'])
  })

  test('that deletes a branch is refused', async () => {
    const app = newApp('alice')
    await copy.push(builder, alice, app)
    const before = await rig.refs(app)
    const { code, stderr } = await copy.push(builder, alice, app, ':main')
    expect(code).toBe(1)
    expect(stderr).toContain('remote: denied: branches and tags are not deleted here')
    expect(await rig.refs(app)).toEqual(before)
  })

  test('to an app that is gone has its repository removed, and no other', async () => {
    const [app, other] = [newApp('alice'), newApp('alice')]
    await copy.push(builder, alice, app)
    await copy.push(builder, alice, other)
    rig.controller.apps.delete(app)
    rig.controller.gone.set(app, 1)
    rig.controller.apps.delete(other)
    for (const name of [other, app]) {
      const { stderr } = await copy.push(builder, alice, name)
      expect(stderr).toContain(`denied: there is no app ${name}`)
    }
    await expect.poll(() => rig.refs(app), { timeout: 10_000 }).toEqual({})
    expect(Object.keys(await rig.refs(other))).toEqual(['refs/heads/main'])
  })

  test('leaves one line of evidence, as the contract has it', async () => {
    const app = newApp('alice')
    const sha = await copy.commit()
    await copy.push(builder, alice, app)
    const evidence = (await readFile(join(rig.folder, 'evidence.ndjson'), 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as PushEvidence)
    expect(evidence.every((line) => Check(PushEvidence, line))).toBe(true)
    const mine = evidence.filter((line) => line.app === app)
    expect(mine).toMatchObject([
      {
        outcome: 'accepted',
        generation: 1,
        user: 'alice',
        fingerprint: alice.fingerprint,
        exec: 1,
        admission: { allowed: true, source: 'rpc' },
        commit: { allowed: true, updates: [{ ref: 'refs/heads/main', new: sha }] },
      },
    ])
    const commit = mine[0]?.commit
    expect(commit?.durableAt).toBeGreaterThanOrEqual(commit?.decidedAt ?? Number.NaN)
  })
})

describe('an exec request', () => {
  test.each([
    ['a parent directory', '../x'],
    ['an option', '-u'],
    ['a long option', '--upload-pack=x'],
    ['a quote', "a'b"],
    ['a line break', 'a\nb'],
    ['nothing', ''],
    ['4 KiB', 'a'.repeat(4096)],
    ['a command', 'a; touch x'],
  ])('for an app named %s is refused, and creates nothing', async (_, name) => {
    const before = await readdir(rig.repositories)
    const command = `git-receive-pack '${name}.git'`
    const { code, stdout } = await rig.ssh(builder, alice, 'git@127.0.0.1', command)
    expect(code).toBe(1)
    expect(stdout).toMatch(/^[0-9a-f]{4}ERR denied: that is not an app name/)
    expect(await readdir(rig.repositories)).toEqual(before)
  })

  test('that is no git command is refused in plain words', async () => {
    const answer = await rig.ssh(builder, alice, 'git@127.0.0.1', 'cat /etc/passwd')
    expect(answer).toMatchObject({ code: 1, stdout: '' })
    expect(answer.stderr).toContain('denied: this is a git server')
  })

  test('for a shell is answered with a greeting', async () => {
    const answer = await rig.ssh(builder, alice, '-tt', 'git@127.0.0.1')
    expect(answer).toMatchObject({ code: 0, stdout: '' })
    expect(answer.stderr).toContain('Hello alice.')
  })

  test('loses nothing of what comes before the answer', async () => {
    const app = newApp('alice')
    const client = new ssh2.Client()
    const privateKey = await readFile(alice.file)
    client.connect({ host: '127.0.0.1', port: builder.port, username: 'git', privateKey })
    await once(client, 'ready')
    const code = await new Promise((resolve) => {
      client.exec(`git-receive-pack '${app}'`, (_, channel) => {
        channel.resume().on('exit', resolve)
        // A flush packet: no updates. Without it git would complain of a client that hung up.
        channel.end('0000')
      })
    })
    client.end()
    expect(code).toBe(0)
  })

  test('for a subsystem is refused', async () => {
    const answer = await rig.ssh(builder, alice, '-s', 'git@127.0.0.1', 'sftp')
    expect(answer.code).not.toBe(0)
  })

  test('gives git an environment made from nothing', async () => {
    const app = newApp('alice')
    const bin = join(rig.folder, 'bin')
    const dump = join(rig.folder, 'environment')
    await mkdir(bin)
    await writeFile(
      join(bin, 'git'),
      `#!/bin/sh\n[ "$3" = receive-pack ] && env > ${dump}\nPATH=\${PATH#*:} exec git "$@"\n`,
    )
    await chmod(join(bin, 'git'), 0o755)
    const spied = await rig.startBuilder([], { path: `${bin}:${process.env.PATH}` })
    const hostile = [
      'LD_PRELOAD=/x.so',
      'GIT_DIR=/x',
      'GIT_CONFIG_COUNT=1',
      'GIT_PROTOCOL=version=1',
    ]
    await rig.ssh(
      spied,
      alice,
      ...['-o', `SetEnv=${hostile.join(' ')}`],
      'git@127.0.0.1',
      `git-receive-pack '${app}.git'`,
    )
    const seen = (await readFile(dump, 'utf8')).split('\n').map((line) => line.split('=')[0])
    const fromShell = ['PWD', 'SHLVL', 'OLDPWD', '_', '']
    expect(seen.filter((name) => !fromShell.includes(name ?? '')).sort()).toEqual([
      'GIT_COMMITTER_EMAIL',
      'GIT_COMMITTER_NAME',
      'GIT_CONFIG_GLOBAL',
      'GIT_CONFIG_NOSYSTEM',
      'GIT_PROTOCOL',
      'HOME',
      'LC_ALL',
      'PATH',
    ])
  })
})
