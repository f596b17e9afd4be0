import type { ArmResult, Comparison, Run } from '@keyrace/contracts'
import { describe, expect, test } from 'vitest'
import { conclude, type Findings } from './conclude.ts'

function concluded(judged: Findings['judged'], rest: Partial<Findings> = {}) {
  return conclude({
    plan: { failOnWorse: false },
    judged,
    doubts: [],
    comparisons: [],
    thresholds: [],
    interrupted: false,
    ...rest,
  })
}

function compared(verdict: Comparison['verdict'], ratio: number | null = 1.3): Comparison {
  return { a: 'poll', b: 'fingerprint', serviceTimeMs: 0, ratio, verdict } as Comparison
}

function threshold(ok: boolean): Run['thresholds'][number] {
  return { expression: 'poll:p(95)<50', ok, actual: ok ? 40 : 60, limit: 50 }
}

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
  test('passes when every arm held its claim in every race, and every threshold holds', () => {
    expect(concluded([judged('holds')], { thresholds: [threshold(true)] })).toEqual({
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
    const conclusion = concluded([judged('holds'), arm])
    expect(conclusion).toMatchObject({ verdict, exitCode })
    expect(conclusion.reasons).toHaveLength(1)
  })

  test('that was broken stays broken, however few races it held', () => {
    const broken = judged('broken', { held: 1, violations: { 'late-commit': 1 } })
    expect(concluded([broken])).toMatchObject({ verdict: 'fail', exitCode: 2 })
    expect(concluded([broken], { interrupted: true })).toMatchObject({
      verdict: 'fail',
      exitCode: 130,
    })
  })

  test('that was interrupted proved nothing by holding so far', () => {
    expect(concluded([judged('holds')], { interrupted: true })).toMatchObject({
      verdict: 'invalid',
      exitCode: 130,
    })
  })

  test('that proved nothing is invalid, whatever else is wrong with it', () => {
    const rest = { thresholds: [threshold(false)], comparisons: [compared('worse')] }
    const vacuous = judged('vacuous', { held: 9 })
    const conclusion = concluded([vacuous], { ...rest, plan: { failOnWorse: true } })
    expect(conclusion).toMatchObject({ verdict: 'invalid', exitCode: 5 })
    expect(conclusion.reasons).toHaveLength(3)
  })

  test('of no arm is no pass', () => {
    expect(concluded([])).toMatchObject({ verdict: 'invalid', exitCode: 5 })
  })

  test('fails by a slower arm only where that was asked for', () => {
    const comparisons = [compared('worse')]
    expect(concluded([judged('holds')], { comparisons })).toMatchObject({ exitCode: 0 })
    const plan = { failOnWorse: true }
    expect(concluded([judged('holds')], { comparisons, plan })).toMatchObject({
      verdict: 'fail',
      exitCode: 4,
    })
    for (const verdict of ['better', 'equivalent', 'inconclusive', 'unproven'] as const) {
      const others = [compared(verdict)]
      expect(concluded([judged('holds')], { comparisons: others, plan }).exitCode).toBe(0)
    }
  })

  test('whose story proved nothing is invalid, and says why', () => {
    const reasons = ['no push was accepted']
    const conclusion = { verdict: 'invalid', exitCode: 5, reasons }
    expect(concluded([judged('holds')], { doubts: reasons })).toEqual(conclusion)
  })

  test('that was to compare and compared nothing is invalid', () => {
    const comparisons = [compared('inconclusive', null)]
    expect(concluded([judged('holds')], { comparisons })).toMatchObject({
      verdict: 'invalid',
      exitCode: 5,
    })
  })

  test('fails by a threshold before it fails by a slower arm, and after a broken claim', () => {
    const rest = {
      thresholds: [threshold(false)],
      comparisons: [compared('worse')],
      plan: { failOnWorse: true },
    }
    expect(concluded([judged('holds')], rest)).toMatchObject({ verdict: 'fail', exitCode: 3 })
    expect(concluded([judged('broken')], rest)).toMatchObject({ verdict: 'fail', exitCode: 2 })
  })
})
