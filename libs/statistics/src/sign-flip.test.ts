import { createRandom } from '@keyrace/environment'
import { describe, expect, test } from 'vitest'
import { signFlip } from './sign-flip.ts'

const random = createRandom(1)
const noRandom = {
  uint32: () => {
    throw new Error('an exact test draws nothing')
  },
}

describe('a sign-flip test', () => {
  test.each([
    ['no values', [], 1],
    ['one value', [5], 1],
    ['values of one sign', [1, 2, 3, 4, 5], 2 / 32],
    ['the same values below 0', [-1, -2, -3, -4, -5], 2 / 32],
    ['one small value against the rest', [-1, 2, 3, 4, 5], 4 / 32],
    ['values that cancel out but for their last digit', [0.1, 0.2, -0.3], 1],
    ['zeros', [0, 0, 0], 1],
    ['16 values of one sign', Array.from({ length: 16 }, () => 1), 2 / 65_536],
  ])('of %s is exact', (_, values, p) => {
    expect(signFlip(values, noRandom)).toBeCloseTo(p, 12)
  })

  // Darwin's maize, 15 pairs: Fisher's own example of this test (1935) gives 1726 of 32 768 sums.
  test('gives what Fisher counted by hand', () => {
    const maize = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]
    expect(signFlip(maize, noRandom)).toBe(1726 / 32_768)
  })

  test('above 16 values draws come close to the exact answer, the same from the same seed', () => {
    const values = Array.from({ length: 40 }, (_, i) => (i < 26 ? 1 : -1))
    // binom.test(26, 40) in R
    expect(signFlip(values, random)).toBeCloseTo(0.08069, 2)
    expect(signFlip(values, createRandom(1))).toBe(signFlip(values, random))
  })

  test('never says 0, though no draw may come near what was observed', () => {
    const values = Array.from({ length: 60 }, () => 1)
    expect(signFlip(values, random)).toBe(1 / 10_001)
  })
})
