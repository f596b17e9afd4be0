import { expect, test } from 'vitest'
import { sound } from '../rules.ts'
import { compareBlackBox, compareStream, compareWithBruteForce } from './differential.ts'
import { checkerMutants } from './mutants.ts'

test('the exact checker and brute force agree on 300 000 histories', () => {
  const { valid, invalid, disagreements } = compareWithBruteForce(300_000)
  expect(disagreements).toEqual([])
  expect(Math.min(valid, invalid)).toBeGreaterThan(100_000)
}, 180_000)

test('the black box raises no false alarm, and misses one wrong history in six at most', () => {
  const { invalid, missed, falseAlarms } = compareBlackBox(30_000)
  expect(falseAlarms).toEqual([])
  expect(missed / invalid).toBeLessThan(1 / 6)
  expect(invalid).toBeGreaterThan(10_000)
}, 60_000)

test.each([
  ['that it remembers whole', Number.POSITIVE_INFINITY],
  ['of which it forgets what it can', 1],
])(
  'the stream tells of a history %s what the checker tells of it at its end',
  (_, forgetEvery) => {
    expect(compareStream(20_000, forgetEvery)).toEqual([])
  },
  60_000,
)

test.each(checkerMutants.map((mutant) => [mutant.sentence, mutant] as const))(
  'brute force finds out the checker that %s',
  (_, { kill }) => {
    expect(kill()).not.toBeNull()
  },
  60_000,
)

test('each rule of the exact checker has a mutant without it', () => {
  const [exact] = [checkerMutants.filter(({ sentence }) => !sentence.startsWith('black box'))]
  expect(exact).toHaveLength(Object.keys(sound).length)
  expect(new Set(checkerMutants.map(({ id }) => id)).size).toBe(checkerMutants.length)
})
