import { expect, test } from 'vitest'
import { distribution } from './distribution.ts'

test('a distribution orders numbers by size, not as text, and leaves its input alone', () => {
  const values = [100, 9, 30]
  expect(distribution(values)).toEqual({
    count: 3,
    p50: 30,
    p90: expect.closeTo(86),
    p95: expect.closeTo(93),
    p99: expect.closeTo(98.6),
    max: 100,
  })
  expect(values).toEqual([100, 9, 30])
})

test('no samples give no numbers', () => {
  expect(distribution([])).toEqual({
    count: 0,
    p50: null,
    p90: null,
    p95: null,
    p99: null,
    max: null,
  })
})
