import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Run } from '@keyrace/contracts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runScenario } from './harness/run-scenario.ts'
import { manyKeys } from './many-keys.ts'
import { planOf } from './testing/plan-of.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyrace-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('many-keys over real processes, git and Postgres', () => {
  let run: Run
  beforeAll(async () => {
    const plan = planOf(manyKeys, {
      mode: 'real',
      arms: [{ strategy: 'user-keys', knobs: {} }],
      users: 1,
      keysPerUser: 2,
      apps: 1,
      latency: { ...manyKeys.defaults.latency, warmUpPushes: 4 },
    })
    const signal = new AbortController().signal
    const options = { progress: () => {}, signal, folder, keepRepositories: false }
    run = (await runScenario(manyKeys, plan, options)).run
  }, 180_000)

  const curvesBy = (axis: string) => run.curves.filter(({ x }) => x.label === axis)

  test('passes without a race, and lets no stranger in', () => {
    expect(run).toMatchObject({ verdict: 'pass', exitCode: 0, reasons: [] })
    expect(run.arms[0]?.pushes).toMatchObject({ denied: 2, unavailable: 0, indeterminate: 0 })
  })

  test('has a value, an interval and samples at every point of every curve', () => {
    expect(curvesBy('keys of the user').map(({ points }) => points.map(({ x }) => x))).toEqual(
      Array(17).fill([1, 2]),
    )
    expect(curvesBy('keys in the store').map(({ points }) => points.map(({ x }) => x))).toEqual(
      Array(17).fill([5]),
    )
    for (const { points } of run.curves) {
      for (const { y, ci95, count } of points) {
        expect([y, ci95]).not.toContain(null)
        expect(count).toBeGreaterThan(0)
      }
    }
  })

  test('charges no arm for the lookups that drive the controller', () => {
    const requests = run.curves.filter(({ name }) => name.startsWith('requests per push'))
    expect(requests.flatMap(({ points }) => points.map(({ y }) => y))).toEqual(Array(3).fill(3))
  })
})
