import type { ArmResult } from '@keyrace/contracts'
import { describe, expect, test } from 'vitest'
import { isThreshold, judgeThresholds } from './thresholds.ts'

function arm(name: string, p95: number | null): ArmResult {
  return {
    name,
    latencyMs: { response: { p95 } },
    correctness: { staleAccepts: 0 },
  } as never as ArmResult
}

describe('a threshold', () => {
  test('is judged for each arm, or for the one that it names', () => {
    const arms = [arm('fingerprint', 90), arm('poll#2', 40)]
    expect(judgeThresholds(['p(95)<50', 'poll#2:p(95) >= 40'], arms)).toEqual([
      { expression: 'fingerprint:p(95)<50', ok: false, actual: 90, limit: 50 },
      { expression: 'poll#2:p(95)<50', ok: true, actual: 40, limit: 50 },
      { expression: 'poll#2:p(95) >= 40', ok: true, actual: 40, limit: 40 },
    ])
  })

  test('does not hold where nothing was measured', () => {
    expect(judgeThresholds(['p(95)<50'], [arm('poll', null)])).toMatchObject([{ ok: false }])
    expect(judgeThresholds(['poll:p(95)<50'], [arm('fingerprint', 1)])).toEqual([
      { expression: 'poll:p(95)<50', ok: false, actual: null, limit: 50 },
    ])
  })

  test.each(['p(95)', 'p(42)<1', 'p95<1', 'poll:<1', 'p(95)<-1', 'toString<1', 'p(95)=1'])(
    '%s is none',
    (expression) => expect(isThreshold(expression)).toBe(false),
  )
})
