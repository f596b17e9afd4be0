import { describe, expect, test } from 'vitest'
import { revocationRace } from './revocation-race.ts'
import { planOf } from './testing/plan-of.ts'
import { simulateIn } from './testing/simulate.ts'
import { playWithClaim } from './testing/with-claim.ts'

const simulate = simulateIn(revocationRace)
const arms = ['fingerprint', 'user-keys', 'ttl-cache', 'poll'].map((strategy) => {
  return { strategy, knobs: {} }
})

describe('revocation-race in simulation', () => {
  test('hundreds of races: keys and permissions are each missed within their claim, or not at all', async () => {
    const { run, armNamed } = await simulate({ arms, races: 200 })
    expect(run).toMatchObject({ verdict: 'pass', exitCode: 0, reasons: [] })
    for (const { name, races } of run.arms) {
      expect([name, races.held]).toEqual([name, 200])
      expect(races.byMutation.map(({ effect }) => effect)).toEqual(['revocation', 'revocation'])
      expect(races.byMutation.map(({ ground }) => ground)).toEqual(['key', 'permission'])
      for (const { held } of races.byMutation) expect(held).toBeGreaterThanOrEqual(90)
    }
    for (const name of ['fingerprint', 'user-keys']) {
      expect(armNamed(name).correctness).toMatchObject({ staleAdmissions: 0, staleAccepts: 0 })
    }
    const { staleAdmissionsBeyondClaim, measuredStalenessMs } = armNamed('poll').correctness
    expect(staleAdmissionsBeyondClaim).toBe(0)
    for (const ground of ['key', 'permission'] as const) {
      const { certain } = measuredStalenessMs.byKind[ground].revocation
      expect(certain).toBeGreaterThan(500)
      expect(certain).toBeLessThanOrEqual(2_000)
    }
    expect(measuredStalenessMs.byKind.app.revocation.certain).toBeNull()
  }, 60_000)

  test('each replica is asked on a fresh connection too, after the acknowledgement', async () => {
    const { run, history, samples } = await simulate({ races: 20 })
    const freshly = new Set(
      samples.filter((push) => push.fresh && push.phase === 'race').map(({ op }) => op),
    )
    const begun = history.filter(({ f, type, op }) => {
      return f === 'push' && type === 'invoke' && freshly.has(op)
    })
    const perLane = Map.groupBy(begun, ({ arm, replica }) => `${arm}/${replica}`)
    expect(perLane.size).toBe(6)
    for (const pushes of perLane.values()) expect(pushes.length).toBeGreaterThanOrEqual(20)
    expect(run.arms.map(({ races }) => races.held)).toEqual([20, 20])
    for (const { correctness } of run.arms) {
      const { byConnection = [], staleAdmissions } = correctness
      expect(byConnection.map(({ connection }) => connection)).toEqual(['waiting', 'fresh'])
      const [waiting = 0, fresh = 0] = byConnection.map((one) => one.staleAdmissions)
      expect(waiting + fresh).toBe(staleAdmissions)
    }
  })

  test('however long the fixture takes to load, nobody is blamed for what they could not know by then', async () => {
    const arms = [{ strategy: 'kubernetes', knobs: {} }]
    const large = { users: 7, keysPerUser: 1_000, apps: 4, races: 2 }
    const { run, armNamed } = await simulate({ ...large, arms })
    expect(run).toMatchObject({ verdict: 'pass', reasons: [] })
    expect(armNamed('kubernetes').correctness.staleRejects).toBe(0)
  })

  test('says which part of the revocations all replicas honour, and when', async () => {
    const { armNamed } = await simulate({ races: 40 })
    const within = (arm: string) => armNamed(arm).consistency.consistentWithin
    expect(within('fingerprint')['10']).toEqual({ share: 1, n: expect.any(Number) })
    expect(within('fingerprint')['10'].n).toBeGreaterThanOrEqual(40)
    expect(within('poll')['10'].share).toBeLessThan(1)
    expect(within('poll')['1000'].share).toBe(1)
    expect(within('poll')['10000']).toEqual({ share: null, n: 0 })
    expect(armNamed('poll').consistency.revocationWaitMs).toBeNull()
  })

  test('a claim that is too small for what a copy does is broken', async () => {
    const { run } = await simulate({ races: 20, require: 'linearizable' })
    expect(run).toMatchObject({ verdict: 'fail', exitCode: 2 })
    expect(run.arms.map(({ correctness }) => correctness.verdict)).toEqual(['holds', 'broken'])
  })

  test('a copy that claims to know of removed keys at once is convicted, of nothing but staleness', async () => {
    const small = { users: 20, keysPerUser: 5, apps: 30, races: 30 }
    const plan = planOf(revocationRace, { ...small, arms: [{ strategy: 'poll', knobs: {} }] })
    const { judged } = await playWithClaim(revocationRace, plan, (claim) => ({
      ...claim,
      revocation: { ...claim.revocation, key: { formula: '0', ms: 0 } },
    }))
    const poll = judged[0]?.result
    if (poll === undefined) throw new Error('nobody was judged')
    const { violations, verdict } = poll.correctness
    expect(verdict).toBe('broken')
    const broken = Object.keys(violations).filter((name) => (violations[name] ?? 0) > 0)
    expect(broken).toEqual(['stale-admission', 'stale-accept', 'own-write-not-seen'])
    const { staleAdmissions, staleAdmissionsBeyondClaim, witnesses } = poll.correctness
    expect(staleAdmissionsBeyondClaim).toBeGreaterThan(0)
    expect(staleAdmissionsBeyondClaim).toBeLessThan(staleAdmissions)
    expect(witnesses[0]?.story).toContain('removed key')
  })

  test('the same seed gives the same history, another seed another', async () => {
    const [first, again, other] = [
      await simulate({ races: 10 }),
      await simulate({ races: 10 }),
      await simulate({ races: 10, seed: 8 }),
    ]
    expect(again.history).toEqual(first.history)
    expect(other.history).not.toEqual(first.history)
  }, 30_000)
})
