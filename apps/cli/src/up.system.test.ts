import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { descendantsOf, isRunning } from '@keyrace/testbed/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'

const bin = fileURLToPath(new URL('../bin/keyrace.mjs', import.meta.url))

let folder: string
/** Where the command puts what it does not keep. */
let temporary: string
let command: ChildProcess
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyrace-'))
  // Postgres runs as nobody where we are root, and has to come through.
  await chmod(folder, 0o755)
  temporary = join(folder, 'tmp')
  await mkdir(temporary)
})
afterEach(async () => {
  command.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

test('a person who follows the printed steps pushes, deletes the app, and is turned away', async () => {
  const lines = start('--replicas=2', '--users=4', '--keys=2', '--apps=4', '--strategy=poll')
  const text = await readUntil(lines, /Pushes as they end/)
  const processes = descendantsOf(command.pid as number)
  const [setUp = '', deletion = '', creation = ''] = text
    .split('\n\n')
    .filter((paragraph) => paragraph.startsWith('  '))
  expect(await shell(setUp)).toMatchObject({ code: 0 })
  await readUntil(lines, /builder-1 {2}accepted .*you → myapp/)
  await readUntil(lines, /builder-2 {2}noop/)

  expect((await callLike(deletion)).status).toBe(204)
  const settings = setUp.split('\n')[0]
  const push = (builder: string) =>
    shell(`${settings}\ncd keyrace-try\ngit push ${builder}:myapp.git HEAD:main`)
  // What it keeps may be old for as long as it claims.
  await expect.poll(async () => (await push('builder-2')).code, { timeout: 10_000 }).not.toBe(0)
  const { stderr } = await push('builder-2')
  expect(stderr).toContain('there is no app myapp, or it was deleted')
  await readUntil(lines, /builder-2 {2}denied .*app-not-found/)
  expect((await callLike(creation)).status).toBe(201)

  process.kill(-(command.pid as number), 'SIGINT')
  expect(await once(command, 'exit')).toEqual([0, null])
  expect(processes.length).toBeGreaterThan(4)
  expect(processes.filter(isRunning)).toEqual([])
  expect(await readdir(temporary)).toEqual([])
})

test('a private key is not sent for a public one, and nothing is started', async () => {
  const lines = start('--key', bin)
  await readUntil(lines, /--key takes the file of a public key/, 'stderr')
  expect(await once(command, 'exit')).toEqual([1, null])
})

type Lines = Record<'stdout' | 'stderr', AsyncIterator<string>>

function start(...args: readonly string[]): Lines {
  const child = spawn(process.execPath, [bin, 'up', `--out=${join(folder, 'out')}`, ...args], {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
    // As a shell does it: a group, which a Ctrl-C reaches as a whole.
    detached: true,
  })
  command = child
  const linesOf = (stream: NodeJS.ReadableStream) => createInterface(stream)[Symbol.asyncIterator]()
  return { stdout: linesOf(child.stdout), stderr: linesOf(child.stderr) }
}

async function readUntil(
  lines: Lines,
  said: RegExp,
  stream: keyof Lines = 'stdout',
): Promise<string> {
  let text = ''
  for (;;) {
    const { value, done } = await lines[stream].next()
    if (done) throw new Error(`it ended before it said ${said}: ${text}`)
    text += `${value}\n`
    if (said.test(value)) return text
  }
}

/** Somebody's terminal, without what they have configured. */
function shell(script: string): Promise<{ code: number; stderr: string }> {
  const env = { PATH: process.env.PATH ?? '', HOME: folder }
  return new Promise((resolve) => {
    execFile('sh', ['-ec', script], { cwd: folder, env, timeout: 30_000 }, (error, _, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stderr })
    })
  })
}

/** What a printed curl command would send. */
function callLike(paragraph: string): Promise<Response> {
  const [curl = ''] = paragraph.split('\n')
  const [, method = '', token = '', url = ''] =
    /-X (\w+) -H 'authorization: (.*?)'.* (http:\S+)$/.exec(curl) ?? []
  const body = /-d '(.*?)'/.exec(curl)?.[1] ?? null
  const headers = { authorization: token, 'content-type': 'application/json' }
  return fetch(url, { method, headers: body === null ? { authorization: token } : headers, body })
}
