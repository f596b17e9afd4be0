import { createRandom } from '@keyrace/environment'
import { describe, expect, test } from 'vitest'
import { arrivals } from './index.ts'

const random = createRandom(7)

describe.each(Object.entries(arrivals))('%s arrivals', (_, schedule) => {
  test('are as many as were asked for, in order and within the time', () => {
    const offsets = schedule(500, 10_000, random, 'block-1')
    expect(offsets).toHaveLength(500)
    expect(offsets).toEqual(offsets.toSorted((a, b) => a - b))
    expect(offsets[0]).toBeGreaterThanOrEqual(0)
    expect(offsets.at(-1)).toBeLessThan(10_000)
  })

  test('are the same for each arm that is given the same stream', () => {
    expect(schedule(50, 1000, createRandom(7), 'block-1')).toEqual(
      schedule(50, 1000, createRandom(7), 'block-1'),
    )
  })

  test('of nobody are none', () => {
    expect(schedule(0, 1000, random, 'block-1')).toEqual([])
  })
})

test('constant arrivals keep one distance', () => {
  expect(arrivals.constant(4, 1000, random, '')).toEqual([0, 250, 500, 750])
})

test('poisson arrivals bunch as independent people do, and differ from block to block', () => {
  const offsets = arrivals.poisson(2000, 2000, random, 'block-1')
  const gaps = offsets.slice(1).map((offset, i) => offset - (offsets[i] ?? 0))
  // Gaps of a Poisson process are exponential: with mean 1, a share of 1/e is longer than 1.
  const longer = gaps.filter((gap) => gap > 1).length / gaps.length
  expect(longer).toBeGreaterThan(0.33)
  expect(longer).toBeLessThan(0.41)
  expect(arrivals.poisson(2000, 2000, random, 'block-2')).not.toEqual(offsets)
})
