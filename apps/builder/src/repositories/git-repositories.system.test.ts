import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { StorageError } from '@keyrace/environment'
import { identify, realClock } from '@keyrace/environment/real'
import { repositoryName } from '@keyrace/push'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SshChannel } from '../ssh/ssh-channel.ts'
import { createGitRepositories } from './git-repositories.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'keyrace-repositories-'))
  writeRefs(5_000)
})
afterEach(() => rm(root, { recursive: true }))

/** So many that git cannot say all of them to somebody who does not listen. */
function writeRefs(count: number): void {
  const repository = join(root, 'myapp.1.git')
  execFileSync('git', ['init', '-q', '--bare', repository])
  const hashObject = ['-C', repository, 'hash-object', '-w', '--stdin']
  const sha = execFileSync('git', hashObject, { input: 'text', encoding: 'utf8' }).trim()
  const refs = Array.from({ length: count }, (_, index) => `${sha} refs/tags/${index}\n`)
  writeFileSync(join(repository, 'packed-refs'), refs.join(''))
}

/** A client that keeps its connection, sends nothing and takes nothing. */
function silentClient(): SshChannel {
  return {
    input: new PassThrough(),
    output: new Writable({ highWaterMark: 1, write() {} }),
    gone: new AbortController().signal,
    gitProtocol: undefined,
    refuse() {},
    finish() {},
  }
}

function receiveFrom(client: SshChannel, timeoutMs: number) {
  const repositories = createGitRepositories({
    clock: realClock,
    root,
    nameOf: repositoryName,
    timeoutMs,
    onComplaint() {},
  })
  const workers: string[] = []
  const received = repositories
    .receive({ app: 'myapp', generation: 1, pushId: 'push-1' }, client, {
      attached: async (worker) => void workers.push(worker),
      decide: () => Promise.reject(new Error('asked')),
    })
    .catch((error: unknown) => error)
  return { repositories, received, workers }
}

function expectGone(workers: readonly string[]) {
  const [{ pid }] = workers.map((worker) => JSON.parse(worker)) as [{ pid: number }]
  expect(identify(pid).startedAt).toBe('gone')
}

describe('a client that neither sends nor reads', () => {
  test('is not waited for longer than git may take', async () => {
    const { received, workers } = receiveFrom(silentClient(), 200)
    expect(await received).toBeInstanceOf(StorageError)
    expectGone(workers)
  })

  test('does not keep the repositories from being stopped', async () => {
    const { repositories, received, workers } = receiveFrom(silentClient(), 60_000)
    await expect.poll(() => workers).toHaveLength(1)
    repositories.stop()
    expect(await received).toBeInstanceOf(StorageError)
    expectGone(workers)
  })

  test('is left by a git that starts while the repositories are stopped', async () => {
    const { repositories, received, workers } = receiveFrom(silentClient(), 60_000)
    repositories.stop()
    expect(await received).toBeInstanceOf(StorageError)
    expectGone(workers)
  })
})
