import { realClock } from '@keyrace/environment/real'
import { expect, test } from 'vitest'
import type { DrawOptions } from '../draw-plan.ts'
import { type ExploreOptions, explore } from '../explore/explore.ts'
import { exploreSeeds } from '../explore/explore-seeds.ts'
import { startThreadPool } from './thread-pool.ts'

async function search(options: ExploreOptions) {
  const pool = startThreadPool(2)
  try {
    const { signal } = new AbortController()
    return await explore(options, { pool, clock: realClock, signal, progress: () => {} })
  } finally {
    await pool.close()
  }
}

test('a short swarm finds nothing wrong with the system as it is meant to be', async () => {
  const { seeds, pushes, violations, determinism } = await search({
    system: 'fixed',
    seed: 1,
    seeds: 120,
  })
  expect(violations).toEqual([])
  expect(seeds).toBe(120)
  expect(pushes).toBeGreaterThan(120 * 40)
  expect(determinism).toEqual({ checked: 6, differed: 0 })
})

test('it finds the original guilty at once', async () => {
  const { verdict, broken } = await search({ system: 'deis-2018', seed: 1, seeds: 8 })
  expect(verdict).toBe('fail')
  expect(Object.keys(broken)).toEqual(expect.arrayContaining(['unauthorised-accept', 'old-code']))
})

test('threads find what one thread finds', async () => {
  const options: DrawOptions = { system: 'deis-2018' }
  const { pushes, events, broken } = await search({ ...options, seed: 40, seeds: 8 })
  const seeds = Array.from({ length: 8 }, (_, index) => 40 + index)
  expect({ pushes, events, broken }).toMatchObject(
    (({ pushes, events, broken }) => ({ pushes, events, broken }))(
      await exploreSeeds(seeds, options),
    ),
  )
})
