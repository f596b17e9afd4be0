import { type Claim, mutationEffects, rightGrounds, zeroSha } from '@keyrace/contracts'
import { describe, expect, test } from 'vitest'
import { invariants } from './invariants/index.ts'
import { judge } from './judge.ts'
import { type HistoryBuilder, history } from './testing/history-builder.ts'
import { boundOf, broken, claimOf, replicas, tried } from './testing/trial.ts'

const blue = { app: 'blue', generation: 1 }
const standing = () => history().app('blue', 1, 'alice').key('alice')
const deleted = () => standing().mutation('deleteApp', blue, [3102, 3107])

describe('the verdict', () => {
  const stale = () => deleted().push({ at: [3611, 3700], commit: [3650, 3660] })

  test('holds while staleness stays within the claim', () => {
    const { correctness } = tried(stale())
    expect(correctness).toMatchObject({
      staleAdmissions: 1,
      staleAdmissionsBeyondClaim: 0,
      staleAccepts: 1,
      staleAcceptsBeyondClaim: 0,
      lateCommits: 1,
      verdict: 'holds',
    })
    expect(Object.values(correctness.violations)).toEqual(invariants.map(() => 0))
  })

  test.each([
    ['claimed', []],
    ['linearizable', ['stale-admission', 'stale-accept']],
    ['fenced', ['stale-admission', 'stale-accept', 'late-commit']],
  ] as const)('under --require %s counts %j as broken', (require, expected) => {
    expect(broken(tried(stale(), { require }))).toEqual(expected)
  })

  test('never counts staleness against a claim that names no bound', () => {
    expect(broken(tried(stale(), { arm: { claim: claimOf(null) } }))).toEqual([])
  })

  test.each([
    ['the push begins when the bound is used up', 504, []],
    ['the push begins later than that', 503, ['stale-admission', 'stale-accept']],
  ])('on the edge of the claim: %s', (_, ms, expected) => {
    expect(broken(tried(stale(), { arm: { claim: claimOf(ms) } }))).toEqual(expected)
  })

  test('is broken by one missed mutation beyond its bound, whatever else was missed within', () => {
    const story = deleted()
      .mutation('removeKey', { user: 'alice', key: 'k-alice' }, [3000, 3050])
      .push({ at: [3611, 3700] })
    const claim = claimOf(2000, { revocation: { app: boundOf(500) } })
    expect(broken(tried(story, { arm: { claim } }))).toEqual(['stale-admission', 'stale-accept'])
  })

  test('takes grounds that each stood during a push, but never together, as a right that is over', () => {
    const story = history()
      .key('alice')
      .mutation('removeKey', { user: 'alice', key: 'k-alice' }, [5, 10])
      .app('blue', 1, 'alice', [12, 13])
      .push({ at: [4, 15], admission: 'unseen' })
    const { findings, correctness } = tried(story)
    expect(findings.map(({ invariant }) => invariant)).toEqual(['stale-accept'])
    expect(correctness).toMatchObject({ staleAcceptsBeyondClaim: 0, verdict: 'holds' })
  })

  test('goes by the latest life of an app where the generation of a push is not known', () => {
    const story = deleted()
      .app('blue', 2, 'alice', [5000, 5010])
      .mutation('deleteApp', { ...blue, generation: 2 }, [6000, 6010])
      .push({ at: [6020, 6030], generation: null })
    expect(tried(story).correctness.measuredStalenessMs.revocation.certain).toBe(10)
  })

  test('does not blame a fence for denying a dead app while the next of its name stands', () => {
    const story = deleted()
      .app('blue', 2, 'alice', [3108, 3109])
      .push({ at: [3200, 3300], outcome: 'denied', admission: 'ok' })
    const { correctness } = tried(story, { commitCheck: 'full' })
    expect(correctness).toMatchObject({ staleAdmissions: 1, staleRejects: 1, verdict: 'holds' })
  })

  test('is vacuous only where nothing is broken', () => {
    const verdict = (story: HistoryBuilder) =>
      tried(story, { arm: { vacuous: true } }).correctness.verdict
    expect(verdict(stale())).toBe('vacuous')
    expect(verdict(deleted().push({ at: [9000, 9100] }))).toBe('broken')
  })
})

/** What was taken from bob or given to him, and the push that shows who has not heard of it. */
const bobs = { user: 'bob', key: 'k-bob' }
const grantOfBob = { ...blue, user: 'bob' }
const stands = () => standing().key('bob').mutation('grant', grantOfBob, [2, 3])
const misses = {
  revocation: {
    outcome: 'ok',
    app: () => stands().mutation('deleteApp', blue, [3000, 3100]),
    permission: () => stands().mutation('revokeGrant', grantOfBob, [3000, 3100]),
    key: () => stands().mutation('removeKey', bobs, [3000, 3100]),
  },
  grant: {
    outcome: 'denied',
    app: () => history().app('blue', 1, 'bob', [3000, 3100]).key('bob'),
    permission: () => standing().key('bob').mutation('grant', grantOfBob, [3000, 3100]),
    key: () => standing().mutation('grant', grantOfBob, [2, 3]).key('bob', 'k-bob', [3000, 3100]),
  },
} as const

describe.each(mutationEffects)('a %s that was missed', (effect) => {
  const { outcome, ...stories } = misses[effect]

  describe.each(rightGrounds)('and is about the %s', (ground) => {
    const story = () => stories[ground]().push({ ...bobs, at: [3600, 3650], outcome })
    // The creation of an app gives its owner the permission as well.
    const own = effect === 'grant' && ground === 'app' ? ['app', 'permission'] : [ground]
    const bounded = (ms: number | null, others: number) =>
      claimOf(others, {
        [effect]: Object.fromEntries(own.map((one) => [one, boundOf(ms)])),
      })
    const verdictUnder = (claim: Claim) => tried(story(), { arm: { claim } }).correctness.verdict

    test('is measured as such, and as nothing else', () => {
      const { measuredStalenessMs } = tried(story()).correctness
      const found = { certain: 500, possible: 650 }
      const others = rightGrounds.filter((other) => other !== ground)
      expect(measuredStalenessMs[effect]).toEqual(found)
      expect(measuredStalenessMs.byKind[ground][effect]).toEqual(found)
      for (const other of others) {
        expect(measuredStalenessMs.byKind[other][effect].certain).toBeNull()
      }
    })

    test('is held against the bound of its kind, whatever is claimed of the others', () => {
      expect(verdictUnder(bounded(500, 0))).toBe('holds')
      expect(verdictUnder(bounded(499, effect === 'grant' ? 0 : 9_000))).toBe('broken')
    })

    test('is never beyond a bound that is declared not to be there', () => {
      expect(verdictUnder(bounded(null, 0))).toBe('holds')
    })
  })
})

describe('the share of mutations that every replica honours', () => {
  const asked = (lags: readonly [lagMs: number, outcome: 'ok' | 'denied'][]) => {
    const story = deleted()
    for (const [index, [lagMs, outcome]] of lags.entries()) {
      const replica = `builder-${index + 1}`
      story.push({ at: [3107 + lagMs, 3300 + lagMs], outcome, replica, generation: null })
    }
    return tried(story).consistentWithin
  }

  test('counts a mutation as soon as nobody was stale any more', () => {
    const shares = asked([
      [120, 'denied'],
      [150, 'ok'],
      [1_500, 'denied'],
    ])
    expect(shares).toEqual({
      '10': { share: 0, n: 1 },
      '100': { share: 0, n: 1 },
      '1000': { share: null, n: 0 },
      '10000': { share: null, n: 0 },
    })
    expect(asked(Array(3).fill([120, 'denied']))['100']).toEqual({ share: 1, n: 1 })
  })

  test('does not count what one of the replicas was never asked about', () => {
    expect(asked(Array(2).fill([120, 'denied']))['10']).toEqual({ share: null, n: 0 })
  })

  test('ends with the next mutation about the same', () => {
    const story = deleted().app('blue', 2, 'alice', [3110, 3120])
    for (const { name } of replicas) {
      story.push({ at: [3_300, 3_400], generation: 2, replica: name })
    }
    expect(tried(story).consistentWithin['10']).toEqual({ share: 1, n: 1 })
  })
})

describe('a decision that real time leaves open is nobody’s fault:', () => {
  const strict = { require: 'fenced', commitCheck: 'full' } as const
  const denial = { outcome: 'denied' } as const

  test.each([
    ['a push that begins as the deletion is acknowledged', deleted().push({ at: [3107, 3200] })],
    [
      'an advertisement that was asked for before another push was acknowledged',
      standing()
        .push({ at: [10, 50], old: zeroSha, new: '1'.repeat(40) })
        .push({ at: [20, 90], advertised: '2'.repeat(40), replica: 'builder-2' }),
    ],
    [
      'a push that moves nothing, sent twice',
      standing()
        .push({ at: [10, 20], old: '1'.repeat(40), new: '1'.repeat(40) })
        .push({ at: [30, 40], old: '1'.repeat(40), new: '1'.repeat(40) }),
    ],
    [
      'a ref that was forced back, and pushed on from there',
      standing()
        .push({ at: [10, 20], old: zeroSha, new: '1'.repeat(40) })
        .push({ at: [30, 40], old: '1'.repeat(40), new: '2'.repeat(40) })
        .push({ at: [50, 60], old: '2'.repeat(40), new: '1'.repeat(40), outcome: 'info' })
        .push({ at: [70, 80], old: '1'.repeat(40), new: '3'.repeat(40) }),
    ],
    [
      'a first push to each of two apps of a name, of which nobody knows which',
      standing()
        .push({ at: [10, 20], generation: null, old: zeroSha, new: '1'.repeat(40) })
        .mutation('deleteApp', blue, [30, 40])
        .app('blue', 2, 'alice', [50, 60])
        .push({ at: [70, 80], generation: null, old: zeroSha, new: '2'.repeat(40) })
        .push({ at: [90, 99], generation: null, advertised: '2'.repeat(40) }),
    ],
    [
      'a commit in an app to which it may have been pushed',
      standing()
        .push({ at: [10, 20], old: zeroSha, new: '1'.repeat(40) })
        .mutation('deleteApp', blue, [30, 40])
        .app('blue', 2, 'alice', [50, 60])
        .push({ at: [70, 80], generation: null, old: zeroSha, new: '1'.repeat(40) })
        .read({ at: 90, generation: 2, tip: { ref: 'refs/heads/main', new: '1'.repeat(40) } }),
    ],
    [
      'a push across the instant at which its key went and its app came',
      history()
        .key('alice')
        .mutation('removeKey', { user: 'alice', key: 'k-alice' }, [5, 10])
        .app('blue', 1, 'alice', [10, 13])
        .push({ at: [4, 15], admission: 'unseen' }),
    ],
    ['a denial while the deletion is under way', deleted().push({ at: [2000, 3102], ...denial })],
    [
      'a denial at the very moment of the creation',
      history()
        .key('alice')
        .app('blue', 1, 'alice', [10, 20])
        .push({ at: [20, 30], ...denial }),
    ],
    [
      'a push after a deletion of unknown outcome',
      standing()
        .mutation('deleteApp', blue, [3000, 3100], 'info')
        .push({ at: [9000, 9100] }),
    ],
    [
      'a denial after a deletion of unknown outcome',
      standing()
        .mutation('deleteApp', blue, [3000, 3100], 'info')
        .push({ at: [9000, 9100], ...denial }),
    ],
    [
      'a push to what a creation of unknown outcome may have created',
      deleted()
        .mutation('createApp', { app: 'blue', user: 'alice' }, [4000, 4100], 'info')
        .push({ at: [9000, 9100], generation: 2 }),
    ],
    [
      'a denial of what a creation of unknown outcome may not have created',
      history()
        .key('alice')
        .mutation('createApp', { app: 'blue', user: 'alice' }, [10, 20], 'info')
        .push({ at: [9000, 9100], ...denial }),
    ],
    [
      'a push of unknown outcome',
      deleted().push({ at: [9000, 9100], outcome: 'info', admission: 'unseen' }),
    ],
    [
      'a builder that cannot tell',
      standing().push({ at: [9000, 9100], outcome: 'fail', admission: 'fail' }),
    ],
  ])('%s', (_, story) => {
    expect(tried(story, strict).findings).toEqual([])
  })

  test('a mutation that failed is one that did not happen', () => {
    const failed = () => standing().mutation('deleteApp', blue, [3000, 3100], 'fail')
    expect(broken(tried(failed().push({ at: [9000, 9100] }), strict))).toEqual([])
    expect(broken(tried(failed().push({ at: [9000, 9100], ...denial })))).toEqual(['stale-reject'])
  })
})

describe('what is measured', () => {
  const unknown = { certain: null, possible: null }
  const nothing = { revocation: unknown, grant: unknown }
  const mixed = () =>
    deleted()
      .push({ at: [3611, 3700], replica: 'builder-3' })
      .push({ at: [3207, 3300], replica: 'builder-3' })
      .push({ at: [3307, 3400], replica: 'builder-1', outcome: 'denied', admission: 'ok' })
      .app('blue', 2, 'alice', [4000, 4010])
      .push({ at: [4110, 4120], replica: 'builder-2', outcome: 'denied' })

  test('is the longest staleness of either side, certain and possible', () => {
    const revocation = { certain: 504, possible: 598 }
    const grant = { certain: 100, possible: 120 }
    expect(tried(mixed()).correctness.measuredStalenessMs).toEqual({
      revocation,
      grant,
      byKind: { app: { revocation, grant }, permission: nothing, key: nothing },
    })
  })

  test('is null where nothing was stale', () => {
    expect(tried(standing().push({ at: [10, 20] })).correctness.measuredStalenessMs).toEqual({
      ...nothing,
      byKind: { app: nothing, permission: nothing, key: nothing },
    })
  })

  test('is told for each replica, those without a finding included', () => {
    expect(tried(mixed()).correctness.byReplica).toEqual([
      { replica: 'builder-1', staleAdmissions: 1, staleAccepts: 0, staleRejects: 0 },
      { replica: 'builder-2', staleAdmissions: 0, staleAccepts: 0, staleRejects: 1 },
      { replica: 'builder-3', staleAdmissions: 2, staleAccepts: 2, staleRejects: 0 },
    ])
  })

  test('is told for each arm by its own claim and its own pushes', () => {
    const events = mixed().events()
    const arm = { replicas, claim: claimOf(0) }
    const terms = { commitCheck: 'none', require: 'claimed', sentBytes: new Map() } as const
    const [other, poll] = judge({
      events,
      arms: [
        { ...arm, name: 'fingerprint' },
        { ...arm, name: 'poll' },
      ],
      ...terms,
    })
    expect(other?.correctness).toMatchObject({ staleAdmissions: 0, verdict: 'holds' })
    expect(poll?.correctness).toMatchObject({ staleAdmissions: 3, verdict: 'broken' })
  })

  test('has the upload of a push that was let in and denied at the commit as waste', () => {
    const sentBytes = new Map([
      ['push-1', 1],
      ['push-3', 400],
      ['push-4', 8],
    ])
    const { correctness } = tried(mixed(), { sentBytes })
    expect(correctness).toMatchObject({ lateRejections: 1, wastedBytes: 400 })
  })

  test('has pushes as warm while nothing has touched their key, permission or app', () => {
    const story = standing()
      .key('bob')
      .push({ at: [10, 20] })
      .push({ at: [30, 40] })
      .push({ at: [30, 40], replica: 'builder-2' })
      .mutation('removeKey', { user: 'bob', key: 'k-bob' }, [50, 60])
      .push({ at: [70, 80] })
      .mutation('grant', { ...blue, user: 'alice' }, [90, 95])
      .push({ at: [100, 110] })
      .push({ at: [120, 130] })
    expect(tried(story).correctness.warmPushes).toBe(3)
  })
})

describe('the findings', () => {
  test('tell a story that can be checked against the rows they name', () => {
    const story = history()
      .app('blue-whale', 1, 'alice')
      .key('alice')
      .push({ at: [3207, 3300], app: 'blue-whale', replica: 'builder-2' })
      .mutation('deleteApp', { app: 'blue-whale', generation: 1 }, [3102, 3107])
      .push({ at: [3611, 3700], app: 'blue-whale', replica: 'builder-3' })
    const [witness] = tried(story).correctness.witnesses
    expect(witness).toMatchObject({
      invariant: 'stale-admission',
      replica: 'builder-3',
      stalenessMs: { certain: 504 },
      story:
        'app blue-whale was deleted at 3.102 s (acknowledged at 3.107 s); builder-3 still let in a push to it that began at 3.611 s: 504 ms after the acknowledgement, within the claimed 2 s',
    })
    const rows = witness?.events.map((idx) => story.events()[idx])
    expect(rows?.map((row) => `${row?.f} ${row?.type}`)).toEqual([
      'deleteApp invoke',
      'deleteApp ok',
      'admission invoke',
      'admission ok',
    ])
  })

  test('are witnessed by a violation before a longer lag that the claim allows', () => {
    const story = deleted()
      .push({ at: [3307, 3400] })
      .app('green', 1, 'bob')
      .key('bob')
      .mutation('removeKey', { user: 'bob', key: 'k-bob' }, [100, 101])
      .push({ at: [3307, 3400], app: 'green', user: 'bob', key: 'k-bob' })
    const claim = claimOf(100, { revocation: { key: boundOf(null) } })
    const { witnesses } = tried(story, { arm: { claim } }).correctness
    expect(witnesses.map(({ stalenessMs }) => stalenessMs?.certain)).toEqual([200, 200])
  })

  test('are led by the worst of them, and no late commit that is tolerated is among them', () => {
    const story = deleted()
      .push({ at: [3000, 3700], commit: [3650, 3660] })
      .push({ at: [3207, 3300] })
      .app('blue', 2, 'alice', [4000, 4010])
      .push({ at: [4510, 4520], outcome: 'denied' })
    const told = (terms?: Parameters<typeof tried>[1]) =>
      tried(story, terms).correctness.witnesses.map(({ invariant }) => invariant)
    expect(told()).toEqual(['stale-reject', 'stale-admission', 'stale-accept'])
    expect(told({ require: 'fenced' })).toEqual([
      'late-commit',
      'stale-admission',
      'stale-accept',
      'stale-reject',
    ])
  })

  test('attach a late commit to the stale admission that it follows from', () => {
    const { findings, correctness } = tried(
      deleted().push({ at: [3611, 3700], commit: [3650, 3660] }),
    )
    expect(findings.map(({ invariant }) => invariant)).toEqual(['stale-admission', 'stale-accept'])
    expect(findings[0]?.consequences).toHaveLength(1)
    expect(correctness.lateCommits).toBe(1)
  })

  test('keep a late commit apart whose admission was in time', () => {
    const { findings } = tried(deleted().push({ at: [3000, 3700], commit: [3650, 3660] }))
    expect(findings.map(({ invariant }) => invariant)).toEqual(['late-commit'])
  })

  test('say how many acknowledged pushes nobody looked for', () => {
    const [first, second] = ['1'.repeat(40), '2'.repeat(40)]
    const story = standing()
      .push({ at: [10, 20], old: zeroSha, new: first })
      .read({ at: 30, tip: { ref: 'refs/heads/main', new: first } })
      .push({ at: [40, 50], old: first, new: second })
    expect(tried(story).unread).toBe(1)
  })

  test('do not look for a push of which nobody wrote down what it was', () => {
    expect(
      tried(
        standing()
          .push({ at: [10, 20] })
          .read({ at: 30 }),
      ),
    ).toMatchObject({
      findings: [],
      unread: 1,
    })
  })

  test('do not miss a repository that may have gone with its app', () => {
    const story = deleted().push({ at: [10, 20], old: zeroSha, new: '1'.repeat(40) })
    expect(broken(tried(story.read({ at: 3105 })))).toEqual([])
    expect(tried(story).unread).toBe(1)
  })
})
