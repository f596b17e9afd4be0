import type { Clock } from '@keyrace/environment'
import { expect, test } from 'vitest'
import { ageWithin } from './age.ts'

// The wall clock stands still: whoever went by it would find everything young.
const clockAt = (now: number): Clock => ({ now: () => now, wall: () => 0, timer: () => () => {} })

test.each([
  ['at once', 10, 0],
  ['just before its bound', 109.999, 99.999],
  ['at its bound', 110, undefined],
  ['after its bound', 1_000_000, undefined],
])(
  'what was asked for at 10 has %s the age %j and is %j old under a bound of 100',
  (_, now, age) => {
    const ageMs = ageWithin(clockAt(now), 100, 10)
    if (age === undefined) expect(ageMs).toBeUndefined()
    else expect(ageMs).toBeCloseTo(age, 9)
  },
)

test('under a bound of 0 nothing is young enough, and without a bound everything', () => {
  expect(ageWithin(clockAt(10), 0, 10)).toBeUndefined()
  expect(ageWithin(clockAt(1e9), Number.POSITIVE_INFINITY, 0)).toBe(1e9)
})
