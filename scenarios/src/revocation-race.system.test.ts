import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunArtifacts, runScenario } from './harness/run-scenario.ts'
import { revocationRace } from './revocation-race.ts'
import { planOf } from './testing/plan-of.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyrace-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let artifacts: RunArtifacts
beforeAll(async () => {
  const small = { mode: 'real', users: 6, keysPerUser: 3, apps: 6, races: 12 } as const
  const latency = { ...revocationRace.defaults.latency, pairs: 0 }
  artifacts = await runScenario(
    revocationRace,
    { ...planOf(revocationRace, small), latency },
    {
      progress: () => {},
      signal: new AbortController().signal,
      folder,
      keepRepositories: false,
    },
  )
})

test('keys and permissions are raced over real processes, and nobody breaks a claim', () => {
  const { run } = artifacts
  expect(run).toMatchObject({ verdict: 'pass', exitCode: 0, reasons: [] })
  for (const { races, correctness } of run.arms) {
    expect(races.byMutation.map(({ ground }) => ground)).toEqual(['key', 'permission'])
    expect(races.held).toBe(12)
    expect(correctness.staleAdmissionsBeyondClaim).toBe(0)
  }
  expect(run.arms[0]?.correctness).toMatchObject({ staleAdmissions: 0, staleAccepts: 0 })
})

test('a fresh connection with a removed key is refused before any exec request', () => {
  const afresh = artifacts.samples.filter(({ fresh, phase, arm }) => {
    return fresh && phase === 'race' && arm === 'fingerprint'
  })
  expect(afresh.length).toBeGreaterThanOrEqual(36)
  const denials = afresh.filter(({ outcome }) => outcome === 'denied')
  expect(denials.length).toBeGreaterThanOrEqual(36)
  // A refusal of the key has no authorize phase: no builder has written anything down about it.
  expect(denials.filter(({ phases }) => phases.authorize === null).length).toBeGreaterThan(10)
})
