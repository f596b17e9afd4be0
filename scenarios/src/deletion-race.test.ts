import type { Plan } from '@keyrace/contracts'
import { inSimulatedWorld } from '@keyrace/testbed'
import { describe, expect, test } from 'vitest'
import { deletionRace } from './deletion-race.ts'
import { runScenario } from './harness/run-scenario.ts'
import { planOf } from './testing/plan-of.ts'

const quietly = {
  progress: () => {},
  signal: new AbortController().signal,
  folder: 'unused',
  keepRepositories: false,
}

async function simulate(changes: Partial<Plan>) {
  const small = { users: 20, keysPerUser: 5, apps: 60 }
  const { run, history } = await runScenario(
    deletionRace,
    planOf(deletionRace, { ...small, ...changes }),
    quietly,
  )
  const arms = Object.fromEntries(run.arms.map((arm) => [arm.name, arm]))
  return { run, history, arms, correctnessOf: (arm: string) => arms[arm]?.correctness }
}

describe('deletion-race in simulation, over the production push pipeline and controller domain', () => {
  test('a thousand races: asking on every push is never stale, a poll is, within its claim', async () => {
    const { run, arms, correctnessOf } = await simulate({ races: 1_000 })
    expect(run).toMatchObject({ verdict: 'pass', exitCode: 0, reasons: [] })
    expect(arms.fingerprint?.races.held).toBe(1_000)
    expect(arms.poll?.races.held).toBe(1_000)
    expect(correctnessOf('fingerprint')).toMatchObject({ staleAdmissions: 0, staleAccepts: 0 })
    expect(correctnessOf('poll')?.staleAdmissions).toBeGreaterThan(100)
    expect(correctnessOf('poll')).toMatchObject({
      staleAdmissionsBeyondClaim: 0,
      staleAcceptsBeyondClaim: 0,
    })
    const { certain } = correctnessOf('poll')?.measuredStalenessMs.revocation ?? {}
    expect(certain).toBeGreaterThan(500)
    expect(certain).toBeLessThanOrEqual(2_000)
  }, 60_000)

  test('the same seed gives the same history, another seed another', async () => {
    const [first, again, other] = [
      await simulate({ races: 20 }),
      await simulate({ races: 20 }),
      await simulate({ races: 20, seed: 8 }),
    ]
    expect(again.history).toEqual(first.history)
    expect(other.history).not.toEqual(first.history)
  })

  test('a fenced publish at the end turns stale accepts into late rejections', async () => {
    const { correctnessOf } = await simulate({ races: 60, commitCheck: 'full' })
    expect(correctnessOf('poll')).toMatchObject({
      staleAccepts: 0,
      lateCommits: 0,
      verdict: 'holds',
    })
    expect(correctnessOf('poll')?.staleAdmissions).toBeGreaterThan(0)
    expect(correctnessOf('poll')?.lateRejections).toBeGreaterThan(0)
    expect(correctnessOf('poll')?.wastedBytes).toBeGreaterThan(0)
  })

  test('a poll does not pass where linearizability is required', async () => {
    const { run } = await simulate({ races: 20, require: 'linearizable' })
    expect(run).toMatchObject({ verdict: 'fail', exitCode: 2 })
    expect(run.arms.map(({ correctness }) => correctness.verdict)).toEqual(['holds', 'broken'])
  })

  test('a run that holds fewer races than planned is invalid, not a pass', async () => {
    const stopped = new AbortController()
    const plan = planOf(deletionRace, { races: 4, users: 4, keysPerUser: 1, apps: 4 })
    stopped.abort()
    const { run } = await runScenario(deletionRace, plan, { ...quietly, signal: stopped.signal })
    expect(run).toMatchObject({ verdict: 'invalid', exitCode: 130, interrupted: true })
  })
})

test('a simulated world ends with its story and leaves nothing running', async () => {
  const plan = planOf(deletionRace, { users: 2, keysPerUser: 1, apps: 2 })
  const { trace } = await inSimulatedWorld(plan, async ({ arms }) => arms.length)
  expect(trace.events).toBeGreaterThan(0)
})
