import type { Plan } from '@keyrace/contracts'
import { validateRun } from '@keyrace/report'
import type { ArmPlan } from '@keyrace/testbed'
import { describe, expect, test } from 'vitest'
import { deletionRace } from '../../deletion-race.ts'
import { planOf } from '../../testing/plan-of.ts'
import { simulateIn } from '../../testing/simulate.ts'
import { joinedRun } from './joined-run.ts'
import { skippedResult, sortOut } from './skipped.ts'

const named = (strategy: string) => ({ strategy, knobs: {} })
const optional = (strategy: string) => ({ ...named(strategy), optional: true })
const withoutPoll = ({ strategy }: ArmPlan) => (strategy === 'poll' ? 'no room' : undefined)
const plan = (arms: Plan['arms']) => planOf(deletionRace, { arms })

test('a plan that can run is played as it is', () => {
  const whole = plan([named('fingerprint'), named('poll')])
  expect(sortOut(whole, () => undefined)).toEqual({ playable: whole, skipped: [] })
})

test('what cannot run is left out with a reason where it was not asked for by name', () => {
  const arms = [optional('poll'), optional('fingerprint'), optional('poll')]
  const { playable, skipped } = sortOut(plan(arms), withoutPoll)
  expect(playable.arms).toEqual([{ ...optional('fingerprint'), name: 'fingerprint' }])
  expect(skipped).toEqual([
    { name: 'poll', reason: 'no room' },
    { name: 'poll#2', reason: 'no room' },
  ])
})

test.each([
  ['was asked for by name', [optional('fingerprint'), named('poll')]],
  ['is all that there is', [optional('poll')]],
])('what cannot run and %s is an error with its fix', (_, arms) => {
  expect(() => sortOut(plan(arms), withoutPoll)).toThrow('poll cannot run: no room')
})

describe('a run with an arm that was skipped', () => {
  test('tells so in its place, and is not judged by it', async () => {
    const played = await simulateIn(deletionRace)({ races: 3, arms: [named('fingerprint')] })
    const whole = plan([optional('poll'), optional('fingerprint')])
    const [result] = played.run.arms
    if (result === undefined) throw new Error('nothing was played')
    const { run } = played
    const joined = joinedRun({
      scenario: deletionRace,
      plan: whole,
      environment: run.environment,
      turns: [
        {
          startedAt: run.startedAt,
          endedAtMs: run.durationMs,
          judged: [{ result, isControl: false, unread: 0 }],
          comparisons: [],
          controls: run.controls,
          curves: [],
          faults: [],
          doubts: [],
          samples: [],
          history: [],
        },
      ],
      skipped: [{ name: 'poll', reason: 'no room' }],
      interrupted: false,
    })
    expect(joined).toMatchObject({ verdict: 'pass', exitCode: 0, reasons: [] })
    expect(joined.arms).toEqual([skippedResult(whole, { name: 'poll', reason: 'no room' }), result])
    expect(joined.arms[0]).toMatchObject({
      skipped: { reason: 'no room' },
      pushes: { attempted: 0 },
      races: { planned: 0, held: 0 },
    })
    expect(joined.turns).toEqual([['fingerprint']])
    expect(validateRun(joined)).toMatchObject({ ok: true })
  })
})
