import type { Judgement } from '@keyrace/checker'
import { expect, test } from 'vitest'
import { byConnection } from './by-connection.ts'

const findings = [
  { op: 'p1', invariant: 'stale-admission' },
  { op: 'p1', invariant: 'stale-accept' },
  { op: 'p2', invariant: 'stale-admission' },
  { op: 'p3', invariant: 'stale-reject' },
  { op: 'p1', invariant: 'late-commit' },
] as unknown as Judgement['findings']

test('what was stale is told apart by the connection that it came on', () => {
  const samples = [
    { op: 'p1', phase: 'race', fresh: false },
    { op: 'p2', phase: 'race', fresh: true },
    { op: 'p3', phase: 'warm', fresh: false },
  ] as const
  expect(byConnection(findings, samples)).toEqual({
    byConnection: [
      { connection: 'waiting', staleAdmissions: 1, staleAccepts: 1, staleRejects: 1 },
      { connection: 'fresh', staleAdmissions: 1, staleAccepts: 0, staleRejects: 0 },
    ],
  })
})

test('where races have no fresh connections nothing is told apart, though others are fresh', () => {
  const samples = [
    { op: 'p1', phase: 'race', fresh: false },
    { op: 'p9', phase: 'latency', fresh: true },
  ] as const
  expect(byConnection(findings, samples)).toEqual({})
})
