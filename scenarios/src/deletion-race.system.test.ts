import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeRun } from '@keyrace/report'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deletionRace } from './deletion-race.ts'
import { type RunArtifacts, runScenario } from './harness/run-scenario.ts'
import { planOf } from './testing/plan-of.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyrace-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const small = {
  mode: 'real',
  users: 12,
  keysPerUser: 3,
  // More than are raced: what stands at the end can be looked at.
  apps: 24,
  latency: { ...deletionRace.defaults.latency, pairs: 2, pushesPerBlock: 4, warmUpPushes: 8 },
} as const

function play(name: string, changes: Parameters<typeof planOf>[1]): Promise<RunArtifacts> {
  return runScenario(deletionRace, planOf(deletionRace, { ...small, ...changes }), {
    progress: () => {},
    signal: new AbortController().signal,
    folder: join(folder, name),
    keepRepositories: true,
  })
}

describe('deletion-race over real processes, git and Postgres', () => {
  let artifacts: RunArtifacts
  beforeAll(async () => {
    artifacts = await play('none', { races: 16 })
    await writeRun(join(folder, 'none'), artifacts)
  })

  const armOf = (name: string) => artifacts.run.arms.find((arm) => arm.name === name)

  test('holds every race on every replica', () => {
    expect(artifacts.run).toMatchObject({ verdict: 'pass', exitCode: 0, reasons: [] })
    for (const { races } of artifacts.run.arms) {
      expect(races.perReplica.map(({ held }) => held)).toEqual([16, 16, 16])
    }
  })

  test('finds a poll stale within its claim, and a question on every push never', () => {
    expect(armOf('fingerprint')?.correctness).toMatchObject({ staleAdmissions: 0, staleAccepts: 0 })
    expect(armOf('poll')?.correctness.staleAdmissions).toBeGreaterThan(0)
    expect(armOf('poll')?.correctness.staleAdmissionsBeyondClaim).toBe(0)
  })

  test('compares what it timed, and a twin of the first strategy with it', () => {
    expect(artifacts.run.comparisons).toMatchObject([{ a: 'poll', b: 'fingerprint', pairs: 2 }])
    expect(artifacts.run.controls.aa).toMatchObject([{ a: 'fingerprint.control', pairs: 2 }])
    expect(artifacts.run.arms.map(({ name }) => name)).toEqual(['fingerprint', 'poll'])
  })

  test('says the same as ten lines that read nothing but the history', () => {
    const script = new URL('../../docs/recount.mjs', import.meta.url).pathname
    const file = join(folder, 'none', 'history.ndjson.gz')
    const counted = JSON.parse(execFileSync(process.execPath, [script, file], { encoding: 'utf8' }))
    const reported = artifacts.run.arms.map(({ name, correctness }) => [
      name,
      correctness.staleAccepts,
    ])
    expect(counted).toEqual({ ...Object.fromEntries(reported), 'fingerprint.control': 0 })
  })

  test('keeps every acknowledged commit in its repository, until that is removed with its app', () => {
    const done = artifacts.history.filter(({ type }) => type === 'ok')
    const removed = new Set(done.filter(({ f }) => f === 'reap').map(repositoryOf))
    const acknowledged = done.filter((row) => row.f === 'push' && !removed.has(repositoryOf(row)))
    expect(removed.size).toBeGreaterThan(10)
    expect(acknowledged.length).toBeGreaterThan(10)
    for (const [repository, pushes] of Map.groupBy(acknowledged, repositoryOf)) {
      const directory = join(folder, 'none', 'repositories', repository)
      const kept = execFileSync('git', ['-c', 'safe.directory=*', 'rev-list', '--all'], {
        cwd: directory,
        encoding: 'utf8',
      })
      for (const push of pushes) expect(kept).toContain(push.new)
    }
  })

  test('charges one authorization request to a warm push, and none to a polled one', () => {
    expect(armOf('fingerprint')?.controller.authorizationRequestsPerWarmPush).toBe(1)
    expect(armOf('poll')?.controller.authorizationRequestsPerWarmPush).toBe(0)
  })

  test('leaves no process and no temporary folder behind', () => {
    const log = readFileSync(join(folder, 'none', 'logs', 'controller.log'), 'utf8')
    expect(log).not.toContain('"level":60')
    expect(existsSync(join(folder, 'none', 'repositories'))).toBe(true)
  })

  function repositoryOf({ arm, app, generation }: (typeof artifacts.history)[number]): string {
    return `${arm}/${app}.${generation}.git`
  }
})

test('a fenced publish leaves a poll with late rejections, and with no stale accept', async () => {
  const { run } = await play('full', {
    races: 16,
    arms: [{ strategy: 'poll', knobs: {} }],
    commitCheck: 'full',
  })
  const [poll] = run.arms
  expect(run.exitCode).toBe(0)
  expect(poll?.correctness).toMatchObject({ staleAccepts: 0, lateCommits: 0 })
  expect(poll?.correctness.staleAdmissions).toBeGreaterThan(0)
  expect(poll?.correctness.wastedBytes).toBeGreaterThan(0)
})
