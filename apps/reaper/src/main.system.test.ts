import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { headers, RemovalEvidence } from '@keyrace/contracts'
import { createRealDisk, realClock, realProcesses } from '@keyrace/environment/real'
import { createFileLocks } from '@keyrace/push'
import { Check } from 'typebox/value'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const main = fileURLToPath(import.meta.resolve('./main.ts'))
const sha = 'a'.repeat(40)

let folder: string
let repositories: string
let controller: Server
let processes: ChildProcess[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyrace-reaper-'))
  repositories = join(folder, 'repositories')
  for (const name of ['gone.1.git', 'gone.10.git', 'back.1.git', 'back.2.git', 'unknown.1.git']) {
    await mkdir(join(repositories, name, 'refs/heads'), { recursive: true })
    await writeFile(join(repositories, name, 'refs/heads/main'), `${sha}\n`)
  }
  await mkdir(join(folder, 'elsewhere'))
  await writeFile(join(folder, 'elsewhere/treasure'), '')
  await symlink(join(folder, 'elsewhere'), join(repositories, 'gone.2.git'))
  controller = await startController()
  processes = []
})
afterEach(async () => {
  for (const child of processes) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  controller.close()
  await rm(folder, { recursive: true })
})

/** It knows that `gone` was deleted after its second generation, and that `back` is in its second. */
async function startController(): Promise<Server> {
  const generations = [
    { app: 'gone', generation: 2, stands: false },
    { app: 'back', generation: 2, stands: true },
  ]
  const server = createServer((request, response) => {
    const isOurs = request.headers[headers.builderToken] === 'b'
    response.writeHead(isOurs ? 200 : 500, {
      'content-type': 'application/json',
      ...{ [headers.epoch]: 'epoch-1', [headers.revision]: '7' },
    })
    response.end(JSON.stringify({ generations }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

function start(...args: string[]): { child: ChildProcess; lines: Interface } {
  const { port } = controller.address() as AddressInfo
  const given = [`--controller=http://127.0.0.1:${port}`, `--repositories=${repositories}`]
  const child = spawn(
    process.execPath,
    [main, ...given, '--interval=20ms', '--log-level=error', ...args],
    {
      env: { PATH: process.env.PATH, KEYRACE_BUILDER_TOKEN: 'b' },
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
  processes.push(child)
  return { child, lines: createInterface(child.stdout as NonNullable<typeof child.stdout>) }
}

async function stop(child: ChildProcess): Promise<unknown> {
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  return (await exit)[0]
}

async function standing(): Promise<string[]> {
  return (await readdir(repositories)).filter((name) => !name.startsWith('.')).sort()
}

const untouched = ['back.2.git', 'gone.10.git', 'gone.2.git', 'unknown.1.git']

describe('a reaper', () => {
  test('removes what is gone and nothing else, leaves evidence, and ends when asked to', async () => {
    const evidenceFile = join(folder, 'evidence')
    const { child, lines } = start(`--evidence=${evidenceFile}`)
    const [ready] = await once(lines, 'line')
    expect(JSON.parse(ready)).toEqual({ event: 'sweeping', repositories })
    await expect.poll(standing, { timeout: 10_000 }).toEqual(untouched)
    expect(await stop(child)).toBe(0)

    const evidence = (await readFile(evidenceFile, 'utf8')).trimEnd().split('\n')
    const rows = evidence.map((line) => JSON.parse(line))
    expect(rows.every((row) => Check(RemovalEvidence, row))).toBe(true)
    const refs = { 'refs/heads/main': sha }
    const word = { epoch: 'epoch-1', revision: 7, remover: 'reaper-1', refs }
    expect(rows.filter(({ durableAt }) => durableAt !== null)).toMatchObject([
      expect.objectContaining(word),
      expect.objectContaining(word),
    ])
    expect(rows).toHaveLength(4)
    expect(await readdir(join(folder, 'elsewhere'))).toEqual(['treasure'])
    expect((await readdir(repositories)).filter((name) => name.startsWith('.removed'))).toEqual([])
  })

  test('waits for whoever is at work in a repository', async () => {
    const disk = createRealDisk(join(repositories, '.locks'))
    const locks = createFileLocks({ disk, clock: realClock, processes: realProcesses })
    const acquired = await locks.acquire({ app: 'gone', generation: 1 }, 'a push')
    const { child } = start('--source=list')
    await expect.poll(standing, { timeout: 10_000 }).not.toContain('back.1.git')
    expect(await standing()).toContain('gone.1.git')
    if (acquired.kind === 'held') await acquired.lock.release()
    await expect.poll(standing, { timeout: 10_000 }).toEqual(untouched)
    expect(await stop(child)).toBe(0)
  })

  test('only tells what it would remove in a dry run', async () => {
    const before = await standing()
    const { child, lines } = start('--dry-run')
    const told: { event: string; app: string; generation: number }[] = []
    for await (const line of lines) {
      told.push(JSON.parse(line))
      if (told.length === 3) break
    }
    expect(
      told
        .slice(1)
        .map(({ event, app }) => `${event} ${app}`)
        .sort(),
    ).toEqual(['would-remove back', 'would-remove gone'])
    expect(await standing()).toEqual(before)
    expect(await stop(child)).toBe(0)
  })

  test('removes nothing for a controller that does not know it, and ends with its parent', async () => {
    const before = await standing()
    controller.removeAllListeners('request')
    let asked = 0
    controller.on('request', (_, response) => {
      asked++
      response.writeHead(404, { [headers.code]: 'app-not-found' }).end('"No App"')
    })
    const { child } = start('--source=app', '--log-level=silent', '--exit-with-parent')
    await expect.poll(() => asked, { timeout: 10_000 }).toBeGreaterThan(0)
    const exit = once(child, 'exit')
    child.stdin?.end()
    expect((await exit)[0]).toBe(0)
    expect(await standing()).toEqual(before)
  })
})

describe('a reaper does not start, and says why,', () => {
  test.each([
    ['without a token', { KEYRACE_BUILDER_TOKEN: '' }, [], 1, 'KEYRACE_BUILDER_TOKEN'],
    ['with a source that it does not know', {}, ['--source=etcd'], 1, 'app, list'],
    ['with a budget of nothing', {}, ['--budget=0'], 1, 'at least 1'],
    ['with an interval of nothing', {}, ['--interval=0ms'], 1, 'at least 1ms'],
    ['where it cannot write', {}, ['--repositories=/dev/null/x'], 5, '--repositories'],
    ['where its evidence cannot be', {}, ['--evidence=/dev/null/x'], 5, '--evidence'],
  ])('%s', async (_, env, args, code, word) => {
    const given = ['--controller=http://127.0.0.1:1', `--repositories=${repositories}`, ...args]
    const child = spawn(process.execPath, [main, ...given], {
      env: { PATH: process.env.PATH, KEYRACE_BUILDER_TOKEN: 'b', ...env },
    })
    const [stderr, [exitCode]] = await Promise.all([
      child.stderr.setEncoding('utf8').toArray(),
      once(child, 'exit'),
    ])
    expect(exitCode).toBe(code)
    expect(stderr.join('')).toContain(word)
    expect(stderr.join('').trimEnd().split('\n')).toHaveLength(1)
  })
})
