import { judge } from '@keyrace/checker'
import { armsOf } from '@keyrace/testbed'
import { beforeAll, describe, expect, test } from 'vitest'
import { deletionRace } from '../deletion-race.ts'
import { manyKeys } from '../many-keys.ts'
import { planOf } from '../testing/plan-of.ts'
import { simulateIn } from '../testing/simulate.ts'
import type { RunArtifacts } from './run-scenario.ts'
import { runScenario } from './run-scenario.ts'

const arms = ['fingerprint', 'user-keys', 'ttl-cache', 'poll', 'poll'].map((strategy) => {
  return { strategy, knobs: {} }
})

describe('a run whose arms take turns', () => {
  let joined: RunArtifacts
  beforeAll(async () => {
    joined = await simulateIn(deletionRace)({ arms, races: 20 })
  })

  test('has all of them in order, and says who was alive with whom', () => {
    const { run } = joined
    expect(run).toMatchObject({ verdict: 'pass', reasons: [] })
    expect(run.arms.map(({ name, races }) => [name, races.held])).toEqual(
      ['fingerprint', 'user-keys', 'ttl-cache', 'poll', 'poll#2'].map((name) => [name, 20]),
    )
    expect(run.turns).toEqual([
      ['fingerprint', 'user-keys', 'ttl-cache'],
      ['poll', 'poll#2'],
    ])
  })

  test('has one history: rows in order, in time and by number, and no name twice', () => {
    const { history, samples, run } = joined
    expect(history.map(({ idx }) => idx)).toEqual(history.map((_, index) => index))
    expect(history.map(({ t }) => t)).toEqual(history.map(({ t }) => t).toSorted((a, b) => a - b))
    expect(new Set(samples.map(({ op }) => op)).size).toBe(samples.length)
    const appsOf = (arm: string) =>
      new Set(history.filter((row) => row.arm === arm).map(({ app }) => app))
    const shared = (a: string, b: string) => [...appsOf(a)].filter((app) => appsOf(b).has(app))
    expect(shared('fingerprint', 'poll')).toEqual([])
    expect(shared('poll', 'poll#2')).not.toEqual([])
    const last = history.at(-1)?.t ?? Number.NaN
    expect(run.durationMs).toBeGreaterThanOrEqual(last)
    expect(samples.every(({ doneAt }) => doneAt <= run.durationMs)).toBe(true)
  })

  test('is judged in the whole as it was in its turns, witnesses included', () => {
    const { history, plan, run } = joined
    const replicas = ['builder-1', 'builder-2', 'builder-3'].map((name) => ({ name }))
    const judgements = judge({
      events: history,
      arms: armsOf(plan).map(({ name, claim }) => ({ name, claim, replicas })),
      commitCheck: plan.commitCheck,
      require: plan.require,
      sentBytes: new Map(),
    })
    for (const [index, { correctness }] of run.arms.entries()) {
      expect(judgements[index]?.correctness).toEqual(correctness)
    }
    expect(run.arms.find(({ name }) => name === 'poll#2')?.correctness.witnesses).not.toEqual([])
  })

  test('is the same again with the same seed', async () => {
    const again = await simulateIn(deletionRace)({ arms, races: 20 })
    expect(again.history).toEqual(joined.history)
    expect(again.samples).toEqual(joined.samples)
  })
})

test('progress says which turn it is', async () => {
  const phases: string[] = []
  await runScenario(deletionRace, planOf(deletionRace, { arms, races: 1, apps: 2, users: 2 }), {
    progress: (event) => event.kind === 'phase' && phases.push(event.name),
    signal: new AbortController().signal,
    folder: 'unused',
    keepRepositories: false,
  })
  expect(phases.filter((name) => name.startsWith('turn 1 of 2: ')).length).toBeGreaterThan(2)
  expect(phases.filter((name) => name.startsWith('turn 2 of 2: ')).length).toBeGreaterThan(2)
  expect(phases.filter((name) => !name.startsWith('turn '))).toEqual([])
})

test('who is left out is told before anything begins', async () => {
  const phases: string[] = []
  const poll = { strategy: 'poll', knobs: {}, optional: true }
  const tooMany = { users: 3, keysPerUser: 70_000, arms: [poll, ...arms.slice(0, 1)] }
  const running = runScenario(deletionRace, planOf(deletionRace, tooMany), {
    progress(event) {
      if (event.kind === 'phase') phases.push(event.name)
      if (phases.length > 1) throw new Error('that was enough')
    },
    signal: new AbortController().signal,
    folder: 'unused',
    keepRepositories: false,
  })
  await expect(running).rejects.toThrow('that was enough')
  expect(phases[0]).toContain('leaving out poll: it keeps a copy of at most 200000 keys')
})

test('a run that is stopped says which arms have not had their turn', async () => {
  const stopping = new AbortController()
  const { run } = await runScenario(
    deletionRace,
    planOf(deletionRace, { arms, races: 2, apps: 4, users: 4, keysPerUser: 1 }),
    {
      progress: ({ kind }) => kind === 'races' && stopping.abort(),
      signal: stopping.signal,
      folder: 'unused',
      keepRepositories: false,
    },
  )
  expect(run).toMatchObject({ interrupted: true, exitCode: 130 })
  expect(run.arms.map(({ name, skipped }) => [name, skipped !== undefined])).toEqual([
    ['fingerprint', false],
    ['user-keys', false],
    ['ttl-cache', false],
    ['poll', true],
    ['poll#2', true],
  ])
})

test('what a story brings with it has names of its own in each turn', async () => {
  const { history, run } = await simulateIn(manyKeys)({ arms, users: 2, keysPerUser: 2, apps: 2 })
  expect(run).toMatchObject({ verdict: 'pass', turns: [{ length: 3 }, { length: 2 }] })
  const created = history.filter(({ f, type }) => f === 'createApp' && type === 'ok')
  expect(new Set(created.map(({ app }) => app)).size).toBe(created.length)
})
