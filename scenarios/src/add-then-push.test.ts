import { rightGrounds } from '@keyrace/contracts'
import { describe, expect, test } from 'vitest'
import { addThenPush } from './add-then-push.ts'
import { planOf } from './testing/plan-of.ts'
import { simulateIn } from './testing/simulate.ts'
import { playWithClaim } from './testing/with-claim.ts'

const simulate = simulateIn(addThenPush)
const arms = ['fingerprint', 'user-keys', 'ttl-cache', 'poll'].map((strategy) => {
  return { strategy, knobs: {} }
})

describe('add-then-push in simulation', () => {
  test('hundreds of races: each kind of grant is missed within its claim, or not at all', async () => {
    const { run, armNamed } = await simulate({ arms, races: 210 })
    expect(run).toMatchObject({ verdict: 'pass', exitCode: 0, reasons: [] })
    for (const { name, races } of run.arms) {
      expect([name, races.held]).toEqual([name, 210])
      expect(races.byMutation.map(({ effect }) => effect)).toEqual(Array(3).fill('grant'))
      expect(races.byMutation.map(({ ground }) => ground).toSorted()).toEqual(
        rightGrounds.toSorted(),
      )
      for (const { held } of races.byMutation) expect(held).toBeGreaterThanOrEqual(60)
    }
    for (const name of ['fingerprint', 'user-keys']) {
      expect(armNamed(name).correctness).toMatchObject({ staleRejects: 0, staleAdmissions: 0 })
    }
    const { staleRejects, staleRejectsBeyondClaim, measuredStalenessMs } =
      armNamed('poll').correctness
    expect(staleRejects).toBeGreaterThan(200)
    expect(staleRejectsBeyondClaim).toBe(0)
    for (const ground of rightGrounds) {
      const { certain } = measuredStalenessMs.byKind[ground].grant
      expect(certain).toBeGreaterThan(300)
      expect(certain).toBeLessThanOrEqual(2_000)
    }
  }, 60_000)

  test('who adds a key is let in with it on a fresh connection', async () => {
    const { samples } = await simulate({ races: 12, arms: arms.slice(0, 1) })
    const afresh = samples.filter(({ fresh, phase }) => fresh && phase === 'race')
    expect(afresh.length).toBeGreaterThanOrEqual(36)
    expect(new Set(afresh.map(({ outcome }) => outcome))).toEqual(new Set(['ok']))
  })

  test('a copy that claims to know of grants at once is convicted, and by nothing else', async () => {
    const small = { users: 20, keysPerUser: 5, apps: 30, races: 30 }
    const plan = planOf(addThenPush, { ...small, arms: [{ strategy: 'poll', knobs: {} }] })
    const { judged } = await playWithClaim(addThenPush, plan, (claim) => ({
      ...claim,
      grant: { ...claim.grant, permission: { formula: '0', ms: 0 } },
    }))
    const poll = judged[0]?.result
    if (poll === undefined) throw new Error('nobody was judged')
    const { violations, verdict } = poll.correctness
    expect(verdict).toBe('broken')
    const broken = Object.keys(violations).filter((name) => (violations[name] ?? 0) > 0)
    expect(broken).toEqual(['stale-reject'])
    const { staleRejects, staleRejectsBeyondClaim, witnesses } = poll.correctness
    expect(staleRejectsBeyondClaim).toBeGreaterThan(0)
    expect(staleRejectsBeyondClaim).toBeLessThan(staleRejects)
    expect(witnesses[0]?.story).toContain('was given permission on app')
  })

  test('the same seed gives the same history', async () => {
    const [first, again] = [await simulate({ races: 9 }), await simulate({ races: 9 })]
    expect(again.history).toEqual(first.history)
  }, 30_000)
})
