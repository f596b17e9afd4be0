import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Finished, type Rig, startRig } from './testing/rig.ts'

const main = fileURLToPath(import.meta.resolve('./main.ts'))

let rig: Rig
let emptyPath: string
let oldGitPath: string

beforeAll(async () => {
  rig = await startRig()
  emptyPath = await folderWith({})
  oldGitPath = await folderWith({ git: '#!/bin/sh\necho git version 2.30.2\n' })
})
afterAll(() => rig.close())

async function folderWith(programs: Record<string, string>): Promise<string> {
  const folder = join(rig.folder, `bin-${Object.keys(programs).join('-')}`)
  await mkdir(folder)
  for (const [name, text] of Object.entries(programs)) {
    await writeFile(join(folder, name), text)
    await chmod(join(folder, name), 0o755)
  }
  return folder
}

function start(given: Record<string, string>, env: Record<string, string> = {}): Promise<Finished> {
  const standard = {
    '--listen': '127.0.0.1:0',
    '--controller': rig.controller.origin,
    '--host-key': rig.hostKey,
    '--repositories': rig.repositories,
  }
  const args = Object.entries({ ...standard, ...given }).map(([name, value]) => `${name}=${value}`)
  return rig.run(process.execPath, [main, ...args], { env: { KEYRACE_BUILDER_TOKEN: 'b', ...env } })
}

function expectOneLine({ stderr, stdout }: Finished, ...words: string[]) {
  expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  for (const word of words) expect(stderr).toContain(word)
  expect(stdout).toBe('')
}

describe('a builder does not start, and says in one line how it would,', () => {
  test('when its port is taken', async () => {
    const { port } = await rig.startBuilder()
    const finished = await start({ '--listen': `127.0.0.1:${port}` })
    expect(finished.code).toBe(5)
    expectOneLine(finished, `127.0.0.1:${port}`, 'taken', '--listen')
  })

  test('when there is no git', async () => {
    const finished = await start({}, { PATH: emptyPath })
    expect(finished.code).toBe(5)
    expectOneLine(finished, 'git cannot be run', 'install it')
  })

  test('when git is too old', async () => {
    const finished = await start({}, { PATH: `${oldGitPath}:/usr/bin:/bin` })
    expect(finished.code).toBe(5)
    expectOneLine(finished, 'git version 2.30.2 is too old', '2.34')
  })

  test('when the host key is not there', async () => {
    const finished = await start({ '--host-key': '/nowhere' })
    expect(finished.code).toBe(5)
    expectOneLine(finished, '/nowhere', 'ssh-keygen')
  })

  test('when the host key is a public key', async () => {
    const finished = await start({ '--host-key': `${rig.hostKey}.pub` })
    expect(finished.code).toBe(5)
    expectOneLine(finished, 'is not a private key')
  })

  test('when the repositories cannot be had', async () => {
    const finished = await start({ '--repositories': '/dev/null/repositories' })
    expect(finished.code).toBe(5)
    expectOneLine(finished, '/dev/null/repositories', '--repositories')
  })

  test('when the evidence cannot be written', async () => {
    const finished = await start({ '--evidence': '/dev/null/evidence' })
    expect(finished.code).toBe(5)
    expectOneLine(finished, '/dev/null/evidence', '--evidence')
  })

  test.each([
    ['strategy', { '--strategy': 'pol' }, "Did you mean 'poll'?"],
    ['knob', { '--set': 'timeouts=1' }, "Did you mean 'timeoutMs'?"],
    ['value of a knob', { '--set': 'timeoutMs=0' }, 'at least 1'],
    ['commit check', { '--commit-check': 'ful' }, 'full'],
    ['option', { '--replicas': '3' }, '--replica'],
    ['address', { '--listen': 'localhost' }, '127.0.0.1:2222'],
    ['controller', { '--controller': 'ftp://x' }, 'http://'],
    ['duration', { '--drain-timeout': '10' }, '10s'],
  ])('when it does not know the %s', async (_, given, word) => {
    const finished = await start(given as unknown as Record<string, string>)
    expect(finished.code).toBe(1)
    expect(finished.stderr).toContain(word)
    expect(finished.stderr).not.toMatch(/^ +at /m)
  })

  test('when it has no token', async () => {
    const finished = await start({}, { KEYRACE_BUILDER_TOKEN: '' })
    expect(finished.code).toBe(1)
    expectOneLine(finished, 'KEYRACE_BUILDER_TOKEN')
  })
})
