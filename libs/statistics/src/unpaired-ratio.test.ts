import { expect, test } from 'vitest'
import { compareUnpaired } from './unpaired-ratio.ts'

const margin = 0.1

test('the interval is that of Welch over the logarithms', () => {
  // Worked out by hand: 6.86 degrees of freedom, of which 6 are taken; t = 2.4469, standard error 0.068449.
  const { ratio, ci95 } = compareUnpaired([12, 15, 11, 14, 13], [10, 11, 9, 10], { margin })
  expect(ratio).toBeCloseTo(1.2955, 4)
  expect(ci95?.[0]).toBeCloseTo(1.0957, 4)
  expect(ci95?.[1]).toBeCloseTo(1.5317, 4)
})

test.each([
  ['worse', [20, 21, 20, 21], [10, 10.5, 10, 10.5]],
  ['better', [10, 10.5, 10, 10.5], [20, 21, 20, 21]],
  ['equivalent', [10, 10.1, 10], [10, 10.1, 10]],
  ['inconclusive', [10, 20, 5], [11, 6, 19]],
])('%s', (verdict, a, b) => {
  expect(compareUnpaired(a, b, { margin }).verdict).toBe(verdict)
})

test('values that do not differ at all have an interval without width', () => {
  expect(compareUnpaired([5, 5, 5], [5, 5], { margin })).toEqual({
    ratio: 1,
    ci95: [1, 1],
    verdict: 'equivalent',
  })
})

test('one value on either side says nothing', () => {
  expect(compareUnpaired([5], [5, 6], { margin })).toEqual({
    ratio: null,
    ci95: null,
    verdict: 'inconclusive',
  })
})
