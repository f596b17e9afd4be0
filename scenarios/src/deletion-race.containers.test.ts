import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { canRunContainers } from '@keyrace/testbed/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deletionRace } from './deletion-race.ts'
import { type RunArtifacts, runScenario } from './harness/run-scenario.ts'
import { planOf } from './testing/plan-of.ts'

describe.runIf(await canRunContainers())('deletion-race over the containers of Compose', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keyrace-test-'))
  const plan = planOf(deletionRace, {
    mode: 'real',
    target: 'compose',
    replicas: 2,
    users: 8,
    keysPerUser: 2,
    apps: 16,
    races: 8,
    latency: {
      ...deletionRace.defaults.latency,
      pairs: 2,
      pushesPerBlock: 4,
      warmUpPushes: 6,
    },
  })
  let artifacts: RunArtifacts
  let projectsBefore: readonly string[]
  beforeAll(async () => {
    projectsBefore = projects()
    artifacts = await runScenario(deletionRace, plan, {
      progress: () => {},
      signal: new AbortController().signal,
      folder,
      keepRepositories: true,
    })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('holds every race on every replica, and breaks no claim', () => {
    expect(artifacts.run).toMatchObject({ verdict: 'pass', exitCode: 0, reasons: [] })
    expect(artifacts.run.arms.map(({ name }) => name)).toEqual(['fingerprint', 'poll'])
    for (const { races } of artifacts.run.arms) {
      expect(races.perReplica.map(({ held }) => held)).toEqual([8, 8])
    }
  })

  test('joins what a client saw of a push with what its builder wrote down', () => {
    const accepted = artifacts.samples.filter(({ outcome }) => outcome === 'ok')
    expect(accepted.length).toBeGreaterThan(10)
    expect(accepted.filter(({ phases }) => phases.authorize === null)).toEqual([])
  })

  test('keeps repositories that belong to whoever runs it, and the logs of the containers', () => {
    expect(readdirSync(join(folder, 'repositories', 'fingerprint'))).toContain('.locks')
    expect(existsSync(join(folder, 'logs', 'containers.log'))).toBe(true)
  })

  test('leaves no container, network or volume', () => {
    expect(projects()).toEqual(projectsBefore)
  })
})

/** What the engine has of ours, by the label of Compose. */
function projects(): string[] {
  const filter = '--filter=label=com.docker.compose.project'
  const list = (...args: string[]) =>
    execFileSync('docker', [...args, filter], { encoding: 'utf8' })
  return [list('ps', '-aq'), list('network', 'ls', '-q'), list('volume', 'ls', '-q')]
}
