import type { Correctness, HistoryEvent } from '@keyrace/contracts'
import { expect, test } from 'vitest'
import type { Breach } from '../scenario.ts'
import { withBreaches, writeClause } from './breaches.ts'
import { conclude } from './conclude.ts'

const correctness = {
  violations: { 'stale-accept': 0 },
  witnesses: [],
  verdict: 'holds',
} as unknown as Correctness
const breach: Breach = {
  arm: 'lease',
  promise: writeClause,
  replica: 'builder-1',
  story: 'builder-1 was stopped, and a deletion waited for ever',
  ops: ['f1'],
}
const history = [
  { idx: 4, op: 'f1' },
  { idx: 5, op: 'm1' },
  { idx: 6, op: 'f1' },
] as HistoryEvent[]

test('who breaks no promise is judged as before', () => {
  expect(withBreaches(correctness, [], history)).toBe(correctness)
})

test('a broken promise is a violation with a witness, and fails the run', () => {
  const judged = withBreaches(correctness, [breach], history)
  expect(judged).toMatchObject({
    violations: { 'stale-accept': 0, [writeClause]: 1 },
    verdict: 'broken',
    witnesses: [{ invariant: writeClause, events: [4, 6], story: breach.story }],
  })
  const races = { planned: 1, held: 1, perReplica: [] }
  const result = { name: 'lease', races, correctness: judged } as never
  const conclusion = conclude({
    plan: { failOnWorse: false },
    judged: [{ result, unread: 0 }],
    doubts: [],
    comparisons: [],
    thresholds: [],
    interrupted: false,
  })
  expect(conclusion).toMatchObject({ verdict: 'fail', exitCode: 2 })
  expect(conclusion.reasons).toEqual(['lease broke its claim: 1 × write-clause'])
})
