import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Plan, systemPresets } from '@keyrace/contracts'
import { expect, test } from 'vitest'
import { deletionRace } from './deletion-race.ts'
import { runScenario } from './harness/run-scenario.ts'
import { planOf } from './testing/plan-of.ts'

async function race(changes: Partial<Plan>) {
  const folder = mkdtempSync(join(tmpdir(), 'keyrace-test-'))
  const small = { mode: 'real', users: 6, keysPerUser: 2 } as const
  const plan = planOf(deletionRace, { ...small, ...changes })
  const { run } = await runScenario(
    deletionRace,
    { ...plan, latency: { ...plan.latency, pairs: 0 } },
    {
      progress: () => {},
      signal: new AbortController().signal,
      folder,
      keepRepositories: false,
    },
  ).finally(() => rmSync(folder, { recursive: true, force: true }))
  const violations = run.arms[0]?.correctness.violations ?? {}
  return { run, broken: Object.keys(violations).filter((name) => violations[name] !== 0) }
}

test('deletion-race convicts --system deis-2018, in real processes, of several faults', async () => {
  const { run, broken } = await race({
    ...systemPresets['deis-2018'],
    ...{ system: 'deis-2018', apps: 10, races: 10 },
  })
  expect(run.exitCode).toBe(2)
  expect(run.arms[0]?.races.held).toBe(10)
  expect(broken).toEqual(
    expect.arrayContaining([
      'stale-admission',
      'unauthorised-accept',
      'false-up-to-date',
      'two-pushes-at-once',
    ]),
  )
  expect(run.topology).toMatchObject({ repositories: 'per-replica', lock: 'memory' })
})

test('a repository of real git that is named by its app alone shows the next app old code', async () => {
  const { run, broken } = await race({
    quirks: ['names-only'],
    arms: [{ strategy: 'fingerprint', knobs: {} }],
    // Fewer than races: some apps are created again, and raced again.
    ...{ replicas: 2, apps: 3, races: 6 },
  })
  expect(run.exitCode).toBe(2)
  expect(broken).toContain('old-code')
})
