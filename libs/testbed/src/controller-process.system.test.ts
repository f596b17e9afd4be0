import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { createControllerClient } from '@keyrace/controller-client'
import { createHttpTransport } from '@keyrace/environment/real'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts'

const main = fileURLToPath(import.meta.resolve('@keyrace/controller/main'))
let postgres: EmbeddedPostgres

beforeAll(async () => {
  postgres = await startEmbeddedPostgres()
})
afterAll(() => postgres?.stop())

test('a controller says where it listens, answers, and ends at SIGTERM; its data stays', async () => {
  for (const expected of [undefined, 'username-taken']) {
    const { child, url } = await listening(start())
    const transport = createHttpTransport({ origin: url })
    const client = createControllerClient({ transport, credentials: 'none' })
    expect(await client.call('readiness', {}, { timeoutMs: 5_000 })).toMatchObject({ ok: true })
    const body = { username: 'alice', password: 'p' }
    const answer = await client.call('register', { body }, { timeoutMs: 5_000 })
    expect('code' in answer ? answer.code : undefined).toBe(expected)
    await transport.close()
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  }
})

test('a controller that is told to ends when its standard input does', async () => {
  const { child } = await listening(start(['--exit-with-parent']))
  child.stdin?.end()
  expect(await once(child, 'exit')).toEqual([0, null])
})

test('what it cannot start with is one line that names the fix', async () => {
  const occupant = createServer().listen(0, '127.0.0.1')
  await once(occupant, 'listening')
  const { port } = occupant.address() as { port: number }
  const failures: [string[], Record<string, string>, number, RegExp][] = [
    [[`--listen=127.0.0.1:${port}`], {}, 5, /is taken.*--listen/],
    [['--database=postgres://u:hush@127.0.0.1:1/d'], {}, 5, /u:…@127.*ECONNREFUSED.*--database/],
    [[`--database=${postgres.url.replace('/postgres?', '/nothing?')}`], {}, 5, /3D000.*--database/],
    [['--service-time=10'], {}, 1, /0.3ms/],
    [['--listen=8000'], {}, 1, /127\.0\.0\.1:8000/],
    [[], { KEYRACE_OPERATOR_TOKEN: '' }, 1, /KEYRACE_OPERATOR_TOKEN/],
    [[], { KEYRACE_BUILDER_TOKENS: 'poll' }, 1, /arm=secret/],
  ]
  for (const [args, environment, code, line] of failures) {
    const child = start(args, environment)
    const [error, [exitCode]] = await Promise.all([streamed(child.stderr), once(child, 'exit')])
    expect(error.trimEnd()).toMatch(line)
    expect(error.trimEnd()).not.toMatch(/\n|hush/)
    expect(exitCode).toBe(code)
  }
  occupant.close()
})

function start(args: readonly string[] = [], environment: Record<string, string> = {}) {
  const given = ['--listen=127.0.0.1:0', `--database=${postgres.url}`, ...args]
  return spawn(process.execPath, [main, ...given], {
    env: { KEYRACE_OPERATOR_TOKEN: 'o', KEYRACE_BUILDER_TOKENS: 'poll=b', ...environment },
    stdio: 'pipe',
  })
}

async function listening(child: ChildProcess): Promise<{ child: ChildProcess; url: string }> {
  if (child.stdout === null) throw new Error('no standard output')
  const [line] = await once(child.stdout, 'data')
  return { child, url: JSON.parse(line).url }
}

function streamed(stream: ChildProcess['stderr']): Promise<string> {
  if (stream === null) throw new Error('no standard error')
  return text(stream)
}
