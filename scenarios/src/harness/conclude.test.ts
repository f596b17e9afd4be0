import type { ArmResult } from '@keyrace/contracts'
import { describe, expect, test } from 'vitest'
import { conclude } from './conclude.ts'

function judged(
  verdict: ArmResult['correctness']['verdict'],
  {
    held = 10,
    unread = 0,
    violations = {},
  }: { held?: number; unread?: number; violations?: object } = {},
) {
  const races = { planned: 10, held, perReplica: [{ replica: 'builder-1', held }] }
  const result = { name: 'poll', races, correctness: { verdict, violations } }
  return { result: result as never as ArmResult, unread }
}

describe('a run', () => {
  test('passes when every arm held its claim in every race', () => {
    expect(conclude([judged('holds')], false)).toEqual({
      verdict: 'pass',
      exitCode: 0,
      reasons: [],
    })
  })

  test.each([
    ['an arm broke its claim', judged('broken', { violations: { 'stale-accept': 2 } }), 'fail', 2],
    ['fewer races were held than planned', judged('vacuous', { held: 9 }), 'invalid', 5],
    ['an acknowledged push was never looked for', judged('holds', { unread: 1 }), 'invalid', 5],
  ])('does not pass when %s', (_, arm, verdict, exitCode) => {
    const conclusion = conclude([judged('holds'), arm], false)
    expect(conclusion).toMatchObject({ verdict, exitCode })
    expect(conclusion.reasons).toHaveLength(1)
  })

  test('that was broken stays broken, however few races it held', () => {
    const broken = judged('broken', { held: 1, violations: { 'late-commit': 1 } })
    expect(conclude([broken], false)).toMatchObject({ verdict: 'fail', exitCode: 2 })
    expect(conclude([broken], true)).toMatchObject({ verdict: 'fail', exitCode: 130 })
  })

  test('that was interrupted proved nothing by holding so far', () => {
    expect(conclude([judged('holds')], true)).toMatchObject({ verdict: 'invalid', exitCode: 130 })
  })

  test('of no arm is no pass', () => {
    expect(conclude([], false)).toMatchObject({ verdict: 'invalid', exitCode: 5 })
  })
})
