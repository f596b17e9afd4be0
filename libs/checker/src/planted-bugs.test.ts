import { blankEvent, zeroSha } from '@keyrace/contracts'
import { describe, expect, test } from 'vitest'
import { type HistoryBuilder, history, type When } from './testing/history-builder.ts'
import { boundOf, broken, claimOf, tried } from './testing/trial.ts'

/** Two histories that differ in one point: the bug. */
interface Planted {
  readonly bug: string
  readonly convicts: readonly string[]
  readonly terms?: Parameters<typeof tried>[1]
  readonly planted: HistoryBuilder
  readonly repaired: HistoryBuilder
}

const first = '1'.repeat(40)
const second = '2'.repeat(40)
const third = '3'.repeat(40)
const blue = { app: 'blue', generation: 1 }
const tip = (sha: string) => ({ ref: 'refs/heads/main', new: sha })
const asBob = { user: 'bob', key: 'k-bob' }

/** alice owns `blue` and has a key; bob has one too. */
const standing = () => history().app('blue', 1, 'alice').key('alice').key('bob')
const deleted = () => standing().mutation('deleteApp', blue, [3000, 3100])
const recreated = (owner: string) => deleted().app('blue', 2, owner, [3200, 3300])

/** A deletion is under way that one builder has heard of; the next answer is given by `replica`. */
const forgotten = (replica: string) =>
  history()
    .mutation('createApp', { ...blue, user: 'alice', revision: 7 }, [0, 1])
    .mutation('addKey', { user: 'alice', key: 'k-alice', revision: 8 }, [0, 1])
    .mutation('deleteApp', { ...blue, revision: 9 }, [3000, 4000])
    .push({ at: [3100, 3110], outcome: 'denied', generation: null })
    .push({ at: [3200, 3210], replica })

/** From 1 000 to 1 500 a builder is cut off, and later somebody asks it. */
const cutOff = (at: When) => {
  const cut = { ...blankEvent, proc: 'nemesis', f: 'fault', op: 'f1', reason: 'cut' } as const
  return standing()
    .rows({ ...cut, t: 1000, type: 'invoke' }, { ...cut, t: 1500, type: 'ok' })
    .push({ at, outcome: 'fail', admission: 'fail', reason: 'unavailable: no answer' })
}

const bugs: readonly Planted[] = [
  {
    bug: 'a copy that is never replaced lets a push in, and only the fence stops it',
    convicts: ['stale-admission'],
    terms: { commitCheck: 'full' },
    planted: deleted().push({ at: [5200, 5300], outcome: 'denied', admission: 'ok' }),
    repaired: deleted().push({ at: [5000, 5300], outcome: 'denied', admission: 'ok' }),
  },
  {
    bug: 'one replica of three never hears of a deletion',
    convicts: ['stale-admission', 'stale-accept'],
    planted: deleted().push({ at: [5200, 5300], replica: 'builder-3' }),
    repaired: deleted().push({ at: [5200, 5300], replica: 'builder-3', outcome: 'denied' }),
  },
  {
    bug: 'keys are kept for as long as apps are, against the claim',
    convicts: ['stale-admission', 'stale-accept'],
    terms: { arm: { claim: claimOf(2000, { revocation: { key: boundOf(100) } }) } },
    planted: standing()
      .mutation('removeKey', { user: 'alice', key: 'k-alice' }, [3000, 3100])
      .push({ at: [4000, 4100] }),
    repaired: standing()
      .mutation('removeKey', { user: 'alice', key: 'k-alice' }, [3000, 3100])
      .push({ at: [3200, 3300] }),
  },
  {
    bug: 'an app that was given away still takes its old owner’s pushes',
    convicts: ['stale-admission', 'stale-accept'],
    planted: standing()
      .mutation('transferApp', { ...blue, user: 'bob' }, [3000, 3100])
      .push({ at: [6000, 6100] }),
    repaired: standing()
      .mutation('transferApp', { ...blue, user: 'bob' }, [3000, 3100])
      .push({ at: [6000, 6100], ...asBob }),
  },
  {
    bug: 'a right is remembered by name and survives the app’s re-creation',
    convicts: ['stale-admission', 'stale-accept'],
    planted: recreated('alice').push({ at: [6000, 6100], generation: 1 }),
    repaired: recreated('alice').push({ at: [6000, 6100], generation: 2 }),
  },
  {
    bug: 'a creation that may have failed revives the app that was deleted',
    convicts: ['stale-admission', 'stale-accept'],
    planted: deleted()
      .mutation('createApp', { app: 'blue', user: 'alice' }, [3200, 3300], 'info')
      .push({ at: [6000, 6100], generation: 1 }),
    repaired: deleted()
      .mutation('createApp', { app: 'blue', user: 'alice' }, [3200, 3300], 'info')
      .push({ at: [6000, 6100], generation: 2 }),
  },
  {
    bug: 'the fence lets a push through that only a young copy had allowed',
    convicts: ['stale-accept'],
    terms: { commitCheck: 'full' },
    planted: deleted().push({ at: [3200, 3300] }),
    repaired: deleted().push({ at: [3100, 3300] }),
  },
  {
    bug: 'app names match as substrings, so that the right to `blueprint` opens `blue`',
    convicts: ['unauthorised-accept'],
    planted: standing()
      .app('blueprint', 1, 'bob')
      .push({ at: [3000, 3100], ...asBob }),
    repaired: standing()
      .app('blueprint', 1, 'bob')
      .push({ at: [3000, 3100], ...asBob, app: 'blueprint' }),
  },
  {
    bug: 'the refs of a foreign app are shown before the push is refused',
    convicts: ['unauthorised-accept'],
    planted: standing().push({ at: [3000, 3100], ...asBob, outcome: 'denied', admission: 'ok' }),
    repaired: standing().push({ at: [3000, 3100], ...asBob, outcome: 'denied' }),
  },
  {
    bug: 'a stranger pushes to an app that is gone, which is more than staleness',
    convicts: ['unauthorised-accept'],
    planted: deleted().push({ at: [3200, 3300], ...asBob }),
    repaired: deleted().push({ at: [3200, 3300] }),
  },
  {
    bug: 'identity is taken from an offered key that was not proven',
    convicts: ['unauthorised-accept'],
    planted: standing().push({ at: [3000, 3100], key: 'k-bob' }),
    repaired: standing().push({ at: [3000, 3100], key: 'k-alice' }),
  },
  {
    bug: 'a permission works before it is given',
    convicts: ['unauthorised-accept'],
    planted: standing()
      .push({ at: [3000, 3100], ...asBob })
      .mutation('grant', { ...blue, user: 'bob' }, [3200, 3300]),
    repaired: standing()
      .push({ at: [3200, 3300], ...asBob })
      .mutation('grant', { ...blue, user: 'bob' }, [3200, 3300]),
  },
  {
    bug: 'a permission opens an app to a push that had begun before it was given',
    convicts: ['unauthorised-accept'],
    planted: standing()
      .push({ at: [3000, 3100], ...asBob })
      .mutation('grant', { ...blue, user: 'bob' }, [3060, 3070]),
    repaired: standing()
      .push({ at: [3000, 3100], ...asBob })
      .mutation('grant', { ...blue, user: 'bob' }, [3040, 3070]),
  },
  {
    bug: 'a new key is denied for longer than claimed',
    convicts: ['stale-reject'],
    planted: history()
      .app('blue', 1, 'alice')
      .key('alice', 'k-alice', [3000, 3100])
      .push({ at: [5200, 5300], outcome: 'denied' }),
    repaired: history()
      .app('blue', 1, 'alice')
      .key('alice', 'k-alice', [3000, 3100])
      .push({ at: [5100, 5300], outcome: 'denied' }),
  },
  {
    bug: 'the fence refuses a push whose right stands',
    convicts: ['stale-reject'],
    terms: { commitCheck: 'full' },
    planted: standing().push({ at: [5200, 5300], outcome: 'denied', admission: 'ok' }),
    repaired: standing().push({ at: [5200, 5300], outcome: 'fail', admission: 'ok' }),
  },
  {
    bug: 'the fence does not see a key that a copy may still miss',
    convicts: ['stale-reject'],
    terms: { commitCheck: 'full' },
    planted: standing()
      .key('alice', 'new', [3000, 3100])
      .push({ at: [3200, 3300], key: 'new', outcome: 'denied', admission: 'ok' }),
    repaired: standing()
      .key('alice', 'new', [3000, 3100])
      .push({ at: [3200, 3300], key: 'new', outcome: 'denied' }),
  },
  {
    bug: 'the publish does not look whether the app still stands',
    convicts: ['late-commit'],
    terms: { commitCheck: 'full' },
    planted: deleted().push({ at: [2900, 3400], commit: [3200, 3300] }),
    repaired: deleted().push({ at: [2900, 3400], commit: [3100, 3300] }),
  },
  {
    bug: 'the lock is lost, and two replicas push on top of the same commit',
    convicts: ['forked-history'],
    planted: standing()
      .push({ at: [3000, 3100], old: zeroSha, new: first })
      .push({ at: [3200, 3300], old: first, new: second })
      .push({ at: [3200, 3300], old: first, new: third, replica: 'builder-2' }),
    repaired: standing()
      .push({ at: [3000, 3100], old: zeroSha, new: first })
      .push({ at: [3200, 3300], old: first, new: second })
      .push({ at: [3400, 3500], old: second, new: third, replica: 'builder-2' }),
  },
  {
    bug: 'a ref that was deleted and made again is forked all the same',
    convicts: ['forked-history'],
    planted: standing()
      .push({ at: [3000, 3100], old: zeroSha, new: first })
      .push({ at: [3200, 3300], old: first, new: zeroSha })
      .push({ at: [3400, 3500], old: zeroSha, new: second })
      .push({ at: [3400, 3500], old: zeroSha, new: third, replica: 'builder-2' }),
    repaired: standing()
      .push({ at: [3000, 3100], old: zeroSha, new: first })
      .push({ at: [3200, 3300], old: first, new: zeroSha })
      .push({ at: [3400, 3500], old: zeroSha, new: second }),
  },
  {
    bug: 'a push is acknowledged whose receive has failed',
    convicts: ['lost-acknowledged-push'],
    planted: standing()
      .push({ at: [3000, 3100], old: zeroSha, new: first })
      .read({ at: 9000 }),
    repaired: standing()
      .push({ at: [3000, 3100], old: zeroSha, new: first })
      .read({ at: 9000, tip: tip(first) }),
  },
  {
    bug: 'a repository is emptied while its app stands',
    convicts: ['lost-acknowledged-push'],
    planted: standing()
      .push({ at: [3000, 3100], old: zeroSha, new: first })
      .read({ at: 4000, tip: tip(first) })
      .read({ at: 9000 }),
    repaired: standing()
      .push({ at: [3000, 3100], old: zeroSha, new: first })
      .push({ at: [3200, 3300], old: first, new: zeroSha })
      .read({ at: 9000 }),
  },
  {
    bug: 'a later push overwrites an earlier one',
    convicts: ['lost-acknowledged-push'],
    planted: standing()
      .push({ at: [3000, 3100], old: zeroSha, new: first })
      .push({ at: [3200, 3300], old: zeroSha, new: second, outcome: 'info' })
      .read({ at: 9000, tip: tip(second) }),
    repaired: standing()
      .push({ at: [3000, 3100], old: zeroSha, new: first })
      .push({ at: [3200, 3300], old: first, new: second, outcome: 'info' })
      .read({ at: 9000, tip: tip(second) }),
  },
  {
    bug: 'the repository of a deleted app is used again for the next app of its name',
    convicts: ['old-code'],
    planted: recreated('bob')
      .push({ at: [1000, 1100], old: zeroSha, new: first })
      .push({ at: [4000, 4100], ...asBob, generation: 2, advertised: first }),
    repaired: recreated('bob')
      .push({ at: [1000, 1100], old: zeroSha, new: first })
      .push({ at: [4000, 4100], ...asBob, generation: 2, old: zeroSha, new: first })
      .push({ at: [4200, 4300], ...asBob, generation: 2, advertised: first }),
  },
  {
    bug: 'the reaper takes every app that was not on its list for gone',
    convicts: ['live-repository-reaped'],
    planted: standing()
      .push({ at: [1000, 1100] })
      .reap({ at: [3000, 3010] }),
    repaired: deleted()
      .push({ at: [1000, 1100] })
      .reap({ at: [3000, 3010] }),
  },
  {
    bug: 'the reaper goes by names, and removes the app that was created again',
    convicts: ['live-repository-reaped'],
    planted: recreated('alice')
      .push({ at: [4000, 4100], generation: 2 })
      .reap({ at: [5000, 5010], generation: 2 }),
    repaired: recreated('alice')
      .push({ at: [1000, 1100] })
      .reap({ at: [5000, 5010] }),
  },
  {
    bug: 'the reaper matches by prefix',
    convicts: ['live-repository-reaped'],
    planted: deleted()
      .app('blueprint', 1, 'alice')
      .push({ at: [1000, 1100], app: 'blueprint' })
      .reap({ at: [5000, 5010], app: 'blueprint' }),
    repaired: deleted()
      .push({ at: [1000, 1100] })
      .reap({ at: [5000, 5010] }),
  },
  {
    bug: 'a reaper that is killed at work had taken a live repository',
    convicts: ['live-repository-reaped'],
    planted: standing()
      .push({ at: [1000, 1100] })
      .reap({ at: [3000, 3010], outcome: 'info' }),
    repaired: deleted()
      .push({ at: [1000, 1100] })
      .reap({ at: [3000, 3010], outcome: 'info' }),
  },
  {
    bug: 'what was acknowledged to a live app is removed, and only who reads it notices',
    convicts: ['lost-acknowledged-push', 'live-repository-reaped'],
    planted: standing()
      .push({ at: [1000, 1100], old: zeroSha, new: first })
      .reap({ at: [3000, 3010], held: tip(first) })
      .read({ at: 4000 }),
    repaired: standing()
      .push({ at: [1000, 1100], old: zeroSha, new: first })
      .read({ at: 4000, tip: tip(first) }),
  },
  {
    bug: 'what was acknowledged is missing from a repository before it is rightly removed',
    convicts: ['lost-acknowledged-push'],
    planted: deleted()
      .push({ at: [1000, 1100], old: zeroSha, new: first })
      .push({ at: [1200, 1300], old: first, new: second })
      .reap({ at: [5000, 5010], held: tip(first) }),
    repaired: deleted()
      .push({ at: [1000, 1100], old: zeroSha, new: first })
      .push({ at: [1200, 1300], old: first, new: second })
      .reap({ at: [5000, 5010], held: tip(second) })
      // One that a copy within its claim let in: the repository is a new one.
      .push({ at: [5050, 5090], old: zeroSha, new: third })
      .read({ at: 6000, tip: tip(third) }),
  },
  {
    bug: 'nobody takes a lock, and a repository is removed while a ref of it moves',
    convicts: ['removed-under-push'],
    planted: deleted()
      .push({ at: [2900, 3400], commit: [3100, 3300] })
      .reap({ at: [3299, 3310] }),
    repaired: deleted()
      .push({ at: [2900, 3400], commit: [3100, 3300] })
      .reap({ at: [3300, 3310] }),
  },
  {
    bug: 'a reaper never comes back to a repository that was busy',
    convicts: ['dead-repository-kept'],
    terms: { removalBoundMs: 500 },
    planted: deleted()
      .push({ at: [3000, 3200] })
      .find({ at: 3701 }),
    repaired: deleted()
      .push({ at: [3000, 3200] })
      .find({ at: 3700 }),
  },
  {
    bug: 'a reaper comes, but too late',
    convicts: ['dead-repository-kept'],
    terms: { removalBoundMs: 500 },
    planted: deleted()
      .push({ at: [1000, 1100] })
      .reap({ at: [3601, 3610] }),
    repaired: deleted()
      .push({ at: [1000, 1100] })
      .reap({ at: [3600, 3610] }),
  },
  {
    bug: 'a repository comes back without a push',
    convicts: ['ghost-repository'],
    planted: deleted()
      .push({ at: [1000, 1100] })
      .reap({ at: [3200, 3210] })
      .find({ at: 4000 }),
    repaired: deleted()
      .push({ at: [1000, 1100] })
      .find({ at: 3150 })
      .reap({ at: [3200, 3210] }),
  },
  {
    bug: 'a copy beyond its claim makes a repository for an app that is gone',
    convicts: ['stale-admission', 'stale-accept', 'ghost-repository'],
    planted: deleted()
      .push({ at: [5200, 5300] })
      .find({ at: 5400 }),
    repaired: deleted()
      .push({ at: [5000, 5100] })
      .find({ at: 5400 }),
  },
  {
    bug: 'what was let into one generation lands in the folder of the one before',
    convicts: ['crossed-generation'],
    planted: recreated('alice')
      .push({ at: [5000, 5100], generation: 2, old: zeroSha, new: first })
      .read({ at: 9000, generation: 1, tip: tip(first) }),
    repaired: recreated('alice')
      .push({ at: [5000, 5100], generation: 2, old: zeroSha, new: first })
      .read({ at: 9000, generation: 2, tip: tip(first) }),
  },
  {
    bug: 'a push lands in the folder of another app',
    convicts: ['crossed-generation'],
    planted: standing()
      .app('green', 1, 'bob')
      .push({ at: [1000, 1100], old: zeroSha, new: first })
      .read({ at: 1050, app: 'green', tip: tip(first) }),
    repaired: standing()
      .app('green', 1, 'bob')
      .push({ at: [1000, 1100], old: zeroSha, new: first })
      .push({ at: [1000, 1040], ...asBob, app: 'green', old: zeroSha, new: first })
      .read({ at: 1050, app: 'green', tip: tip(first) }),
  },
  {
    bug: 'refs move before the commit check has refused them',
    convicts: ['rejected-push-left-refs'],
    planted: standing()
      .push({ at: [1000, 1100], ...asBob, outcome: 'denied', old: zeroSha, new: first })
      .read({ at: 1200, tip: tip(first) }),
    repaired: standing()
      .push({ at: [1000, 1100], ...asBob, outcome: 'denied', old: zeroSha, new: first })
      .push({ at: [1110, 1150], old: zeroSha, new: first })
      .read({ at: 1200, tip: tip(first) }),
  },
  {
    bug: 'who has just added a key is told that it is unknown',
    convicts: ['own-write-not-seen'],
    terms: { require: 'linearizable' },
    planted: standing()
      .mutation('addKey', { user: 'alice', key: 'new' }, [1000, 1010])
      .push({ at: [1100, 1110], key: 'new', outcome: 'denied' }),
    repaired: standing()
      .mutation('addKey', { user: 'alice', key: 'new' }, [1000, 1010])
      .push({ at: [1005, 1110], key: 'new', outcome: 'denied' }),
  },
  {
    bug: 'a builder forgets a deletion that it has shown to know',
    convicts: ['flip-flop'],
    terms: { require: 'linearizable' },
    planted: forgotten('builder-1'),
    repaired: forgotten('builder-2'),
  },
  {
    bug: 'a builder gives up for good when it has lost the controller once',
    convicts: ['no-convergence'],
    terms: { settlingMs: 2000 },
    planted: cutOff([3500, 3600]),
    repaired: cutOff([2900, 3000]),
  },
  {
    bug: 'a repository is made before anybody has said which generation it is',
    convicts: ['ghost-repository'],
    planted: standing().find({ at: 4000, app: 'blu' }),
    repaired: standing()
      .push({ at: [1000, 1100] })
      .find({ at: 4000 }),
  },
]

describe('the checker convicts a planted bug, and acquits the same history without it', () => {
  test.each(bugs)('$bug', ({ planted, repaired, convicts, terms }) => {
    const conviction = tried(planted, terms)
    expect(broken(conviction)).toEqual(convicts)
    expect(conviction.correctness.verdict).toBe('broken')

    const acquittal = tried(repaired, terms)
    expect(broken(acquittal)).toEqual([])
    expect(acquittal.correctness.verdict).toBe('holds')
  })
})

test('a ghost within the claim is told with the admission that made it, and where nobody reaps none is late', () => {
  const { findings, correctness } = tried(
    deleted()
      .push({ at: [5000, 5100] })
      .find({ at: 90_000 }),
  )
  expect(correctness.verdict).toBe('holds')
  expect(findings.map(({ invariant }) => invariant)).not.toContain('ghost-repository')
  const [admission] = findings.filter(({ invariant }) => invariant === 'stale-admission')
  expect(admission?.consequences).toHaveLength(1)
})

test('a push that was rightly removed before anybody looked is no push that nobody looked for', () => {
  const pushed = () => deleted().push({ at: [2900, 3050], old: zeroSha, new: first })
  expect(tried(pushed()).unread).toBe(1)
  expect(tried(pushed().reap({ at: [3040, 3045] })).unread).toBe(0)
  expect(tried(pushed().reap({ at: [2000, 2010] })).unread).toBe(1)
})
