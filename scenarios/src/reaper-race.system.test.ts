import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunArtifacts, runScenario } from './harness/run-scenario.ts'
import { reaperRace } from './reaper-race.ts'
import { planOf } from './testing/plan-of.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyrace-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('reaper-race over real processes, git and Postgres', () => {
  const races = 12
  let artifacts: RunArtifacts
  beforeAll(async () => {
    const { latency } = reaperRace.defaults
    const small = { mode: 'real', users: 8, keysPerUser: 3, apps: 8, races, latency } as const
    artifacts = await runScenario(reaperRace, planOf(reaperRace, small), {
      progress: () => {},
      signal: new AbortController().signal,
      folder,
      keepRepositories: false,
    })
  })

  test('removes no repository of an app that stands, none under a push, and leaves none too long', () => {
    expect(artifacts.run).toMatchObject({ verdict: 'pass', exitCode: 0, reasons: [] })
    for (const { races: held } of artifacts.run.arms) expect(held.held).toBe(races)
  })

  test('removes what is gone, and an observer finds what stands and nothing else', () => {
    const { history, run } = artifacts
    for (const { name: arm } of run.arms) {
      const rows = history.filter((row) => row.arm === arm)
      const reaped = rows.filter(({ f, type }) => f === 'reap' && type === 'ok')
      expect(reaped.length).toBeGreaterThanOrEqual(races)
      const found = rows.filter(({ f }) => f === 'findRepository')
      const standing = new Map(
        history
          .filter(({ f, type }) => f === 'createApp' && type === 'ok')
          .map(({ app, generation }) => [app, generation]),
      )
      expect(found.length).toBeGreaterThan(0)
      for (const { app, generation } of found)
        expect([app, standing.get(app)]).toEqual([app, generation])
    }
  })
})
