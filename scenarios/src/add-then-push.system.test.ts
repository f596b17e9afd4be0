import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addThenPush } from './add-then-push.ts'
import { type RunArtifacts, runScenario } from './harness/run-scenario.ts'
import { planOf } from './testing/plan-of.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyrace-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let artifacts: RunArtifacts
beforeAll(async () => {
  const small = { mode: 'real', users: 6, keysPerUser: 3, apps: 6, races: 12 } as const
  const latency = { ...addThenPush.defaults.latency, pairs: 0 }
  artifacts = await runScenario(
    addThenPush,
    { ...planOf(addThenPush, small), latency },
    {
      progress: () => {},
      signal: new AbortController().signal,
      folder,
      keepRepositories: false,
    },
  )
})

test('keys, permissions and apps are given over real processes, and nobody breaks a claim', () => {
  const { run } = artifacts
  expect(run).toMatchObject({ verdict: 'pass', exitCode: 0, reasons: [] })
  for (const { races, correctness } of run.arms) {
    expect(races.byMutation.map(({ ground }) => ground).toSorted()).toEqual([
      'app',
      'key',
      'permission',
    ])
    expect(races.held).toBe(12)
    expect(correctness.staleRejectsBeyondClaim).toBe(0)
  }
  expect(run.arms[0]?.correctness).toMatchObject({ staleRejects: 0, staleAdmissions: 0 })
})
