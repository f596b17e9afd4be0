import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { readRun } from '@keyrace/report'
import { commandOf, descendantsOf, isRunning } from '@keyrace/testbed/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const bin = fileURLToPath(new URL('../bin/keyrace.mjs', import.meta.url))
const small = ['--strategy=fingerprint', '--replicas=2', '--users=8', '--keys=2', '--apps=8']

let folder: string
let out: string
/** Where the command puts what it does not keep. */
let temporary: string
let command: ChildProcess
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyrace-'))
  // Postgres runs as nobody where we are root, and has to come through.
  await chmod(folder, 0o755)
  out = join(folder, 'out')
  temporary = join(folder, 'tmp')
  await mkdir(temporary)
})
afterEach(async () => {
  command.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

describe('Ctrl-C', () => {
  test('in the middle of the races leaves a partial report, and nothing else', async () => {
    const processes = await runUntil(/[1-9]\d* of 500 races held/)
    expect(processes.map(commandOf).join()).toMatch(/postgres.*controller.*builder/s)
    pressCtrlC()
    expect(await once(command, 'exit')).toEqual([130, null])
    const { run, history } = await readRun(out)
    expect(run).toMatchObject({ interrupted: true, exitCode: 130, verdict: 'invalid' })
    expect(run.arms[0]?.races.held).toBeGreaterThan(0)
    expect(run.arms[0]?.correctness.staleAdmissions).toBe(0)
    expect(history.length).toBeGreaterThan(0)
    expect(existsSync(join(out, 'summary.md'))).toBe(true)
    await expectNothingLeft(processes)
  })

  test('while the system starts leaves nothing', async () => {
    const processes = await runUntil(/starting the system/)
    pressCtrlC()
    expect(await once(command, 'exit')).toEqual([130, null])
    await expectNothingLeft(processes)
  })
})

test('a command that is killed leaves no process', async () => {
  const processes = await runUntil(/timing pushes/)
  expect(processes.map(commandOf).join()).toMatch(/postgres.*controller.*builder/s)
  command.kill('SIGKILL')
  await expect.poll(() => processes.filter(isRunning), { timeout: 20_000 }).toEqual([])
})

/** Starts a run, waits until it says so, and answers all processes that the command has by then. */
async function runUntil(said: RegExp): Promise<readonly number[]> {
  const args = ['run', 'deletion-race', '--races=500', ...small, `--out=${out}`]
  const started = spawn(process.execPath, [bin, ...args], {
    // Not for the page of a workflow that runs this test.
    env: { ...process.env, TMPDIR: temporary, GITHUB_ACTIONS: '' },
    stdio: ['ignore', 'ignore', 'pipe'],
    // As a shell does it: a group, which a Ctrl-C reaches as a whole.
    detached: true,
  })
  command = started
  const lines: string[] = []
  for await (const line of createInterface(started.stderr)) {
    lines.push(line)
    if (said.test(line)) {
      started.stderr.resume()
      return descendantsOf(started.pid as number)
    }
  }
  throw new Error(`the run ended early: ${lines.join('\n')}`)
}

function pressCtrlC(): void {
  process.kill(-(command.pid as number), 'SIGINT')
}

async function expectNothingLeft(processes: readonly number[]): Promise<void> {
  expect(processes.filter(isRunning)).toEqual([])
  expect(await readdir(temporary)).toEqual([])
}
