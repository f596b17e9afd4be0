import { exitCodes, SwarmResult } from '@keyrace/contracts'
import { validator } from '@keyrace/report'
import { expect, test } from 'vitest'
import { examplePlayed } from '../testing/example-world.ts'
import { type ExploreOptions, explore } from './explore.ts'
import { exploreSeeds } from './explore-seeds.ts'
import { nothingYet, sum } from './tally.ts'

const options: ExploreOptions = { system: 'fixed', seed: 5, seeds: 10 }

function search(
  changes: Partial<ExploreOptions> = {},
  play: Parameters<typeof exploreSeeds>[2] = async (plan) => peaceful(plan),
  signal = new AbortController().signal,
) {
  let nowMs = 0
  const explored: number[] = []
  const clock = { now: () => nowMs, wall: () => 0, timer: () => () => {} }
  const pool = {
    size: 2,
    async explore(seeds: readonly number[], drawn: Parameters<typeof exploreSeeds>[1]) {
      nowMs += 100
      explored.push(...seeds)
      return await exploreSeeds(seeds, drawn, play)
    },
    close: async () => {},
  }
  const found = explore({ ...options, ...changes }, { pool, clock, signal, progress: () => {} })
  return { found, explored }
}

/** A world in which nothing was broken. */
function peaceful(plan: Parameters<typeof examplePlayed>[0]) {
  const played = examplePlayed(plan)
  return { ...played, judgement: { ...played.judgement, findings: [] } }
}

test('every seed is explored once, and all of them are counted', async () => {
  const { found, explored } = search()
  const result = await found
  expect(explored.toSorted((a, b) => a - b)).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14])
  expect(result).toMatchObject({ seeds: 10, pushes: 10, verdict: 'pass', exitCode: exitCodes.pass })
  expect(validator(SwarmResult)(result)).toMatchObject({ ok: true })
})

test('a search ends when its time is used up', async () => {
  const { found, explored } = search({ seeds: undefined, budgetMs: 450 })
  await found
  expect(explored.length).toBeGreaterThan(0)
  expect(explored.length).toBeLessThan(50)
})

test('what was broken fails the search, and can be played again', async () => {
  const { violations, verdict, exitCode, broken } = await search({}, async (plan) =>
    examplePlayed(plan),
  ).found
  expect({ verdict, exitCode }).toEqual({ verdict: 'fail', exitCode: exitCodes.broken })
  expect(broken).toMatchObject({ 'stale-admission': 10 })
  expect(violations[0]).toMatchObject({
    seed: 5,
    invariant: 'stale-admission',
    replay: 'keyrace replay swarm-1:5:system=fixed',
  })
})

test('a seed whose world breaks down is a violation, and the search goes on', async () => {
  const result = await search({}, async (plan) => {
    if (plan.seed === 7) throw new TypeError('the code under test threw this')
    return peaceful(plan)
  }).found
  expect(result).toMatchObject({ seeds: 10, broken: { 'simulation-error': 1 }, exitCode: 2 })
  expect(result.violations).toMatchObject([
    { seed: 7, story: expect.stringContaining('threw this') },
  ])
})

test('a seed that gives another trace when it is played again is a violation', async () => {
  let played = 0
  const result = await search({ seed: 20, seeds: 1 }, async (plan) => {
    return { ...peaceful(plan), trace: { hash: String(++played), events: 1, virtualMs: 1 } }
  }).found
  expect(result.determinism).toEqual({ checked: 1, differed: 1 })
  expect(result).toMatchObject({ seeds: 1, broken: { nondeterminism: 1 }, verdict: 'fail' })
})

test('a search that was stopped says so, and that it proves nothing', async () => {
  const result = await search({}, undefined, AbortSignal.abort()).found
  expect(result).toMatchObject({ interrupted: true, verdict: 'invalid', exitCode: 130, seeds: 0 })
})

test('a long search that has not seen everything proves nothing', async () => {
  const result = await search({ seeds: 2, budgetMs: 60_000 }).found
  expect(result).toMatchObject({ verdict: 'invalid', exitCode: exitCodes.invalid })
  expect(result.reasons).toContainEqual(expect.stringContaining('was never played'))
  const narrow = await search({ seeds: 2, budgetMs: 60_000, strategies: ['poll'] }).found
  expect(narrow.verdict).toBe('pass')
})

test('tallies add up to the same in any order', async () => {
  const parts = await Promise.all(
    [1, 2, 3].map((seed) => exploreSeeds([seed], options, async (plan) => examplePlayed(plan))),
  )
  const forwards = parts.reduce(sum, nothingYet)
  const backwards = parts.toReversed().reduce(sum, nothingYet)
  expect({ ...backwards, cells: backwards.cells.toSorted() }).toEqual({
    ...forwards,
    cells: forwards.cells.toSorted(),
  })
})
