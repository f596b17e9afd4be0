import type { Plan } from '@keyrace/contracts'
import { describe, expect, test } from 'vitest'
import { deletionRace } from './deletion-race.ts'
import { runScenario } from './harness/run-scenario.ts'
import { reaperRace } from './reaper-race.ts'
import { planOf } from './testing/plan-of.ts'

const quietly = {
  progress: () => {},
  signal: new AbortController().signal,
  folder: 'unused',
  keepRepositories: false,
}

async function simulate(changes: Partial<Plan>, scenario = reaperRace) {
  const small = { users: 20, keysPerUser: 5, apps: 40 }
  const { run, history } = await runScenario(
    scenario,
    planOf(scenario, { ...small, ...changes }),
    quietly,
  )
  const removals = history.filter(({ f, type }) => f === 'reap' && type === 'ok')
  const removedBy = (arm: string, who: RegExp) =>
    removals.filter((row) => row.arm === arm && who.test(row.replica ?? '')).length
  return { run, history, removedBy }
}

describe('reaper-race in simulation, over the reaper and the builders of production', () => {
  test.each(['list', 'app'] as const)(
    'hundreds of races: what stands stays, what is gone goes, by %s',
    async (source) => {
      const races = 300
      const reaper = { source, intervalMs: 50, graceMs: 0, budget: 100 }
      const { run, history, removedBy } = await simulate({ races, reaper })
      expect(run).toMatchObject({ verdict: 'pass', exitCode: 0, reasons: [] })
      for (const { name, races: held } of run.arms) {
        expect(held.held).toBe(races)
        expect(removedBy(name, /reaper/)).toBeGreaterThan(races / 2)
      }
      const left = history.filter(({ f, app }) => f === 'findRepository' && app !== null)
      expect(left.length).toBeGreaterThan(0)
    },
    60_000,
  )

  test('where nobody sweeps, pushes that find their app gone have its repository removed', async () => {
    const { run, removedBy } = await simulate({ races: 40 }, deletionRace)
    expect(run).toMatchObject({ verdict: 'pass', reasons: [] })
    for (const { name } of run.arms) expect(removedBy(name, /builder/)).toBeGreaterThan(20)
  })

  test('a reaper that does too little does not pass', async () => {
    const reaper = { source: 'list', intervalMs: 2_000, graceMs: 0, budget: 1 } as const
    const { run } = await simulate({ races: 40, reaper })
    expect(run).toMatchObject({ verdict: 'fail', exitCode: 2 })
    for (const { correctness } of run.arms) {
      const broken = Object.entries(correctness.violations).filter(([, count]) => count > 0)
      expect(broken.map(([invariant]) => invariant)).toEqual(['dead-repository-kept'])
    }
  })

  test('the same seed gives the same history', async () => {
    const [first, again] = [await simulate({ races: 10 }), await simulate({ races: 10 })]
    expect(again.history).toEqual(first.history)
  })
})
