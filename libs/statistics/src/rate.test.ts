import { describe, expect, test } from 'vitest'
import { ruleOfThree, wilson } from './rate.ts'

describe('the interval of a rate', () => {
  // Newcombe, Statistics in Medicine 17 (1998), table I, method 3
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %d in %d is the published one', (successes, n, low, high) => {
    expect(wilson(successes, n)).toEqual([expect.closeTo(low, 4), expect.closeTo(high, 4)])
  })

  test('says nothing where nothing was tried', () => {
    expect(wilson(0, 0)).toEqual([0, 1])
    expect(ruleOfThree(0)).toBe(1)
  })

  test('never leaves 0 to 1', () => {
    expect(wilson(0, 7)[0]).toBe(0)
    expect(wilson(7, 7)[1]).toBe(1)
    expect(ruleOfThree(2)).toBe(1)
  })

  test('of 0 in 300 ends at 1 %', () => {
    expect(ruleOfThree(300)).toBe(0.01)
  })
})
