import { expect, test } from 'vitest'
import { judgeAsBlackBox } from '../black-box.ts'
import { evidenceLies } from '../evidence-lies.ts'
import { fromEvents } from '../history-lines.ts'
import { type HistoryBuilder, history } from '../testing/history-builder.ts'
import { claimOf } from '../testing/trial.ts'
import { checkExactly } from './check.ts'
import { type LevelName, levels, termsOf } from './terms.ts'

/** Everything stands from the beginning: revisions 1 and 2. */
function standing(): HistoryBuilder {
  return history()
    .mutation('createApp', { app: 'blue', generation: 1, user: 'alice', revision: 1 }, [0, 1])
    .mutation('addKey', { user: 'alice', key: 'k-alice', revision: 2 }, [0, 1])
}

function deleted(at: readonly [number, number] = [100, 110]): HistoryBuilder {
  return standing().mutation('deleteApp', { app: 'blue', generation: 1, revision: 3 }, at)
}

const recreatedByBob = (): HistoryBuilder =>
  deleted().mutation(
    'createApp',
    { app: 'blue', generation: 2, user: 'bob', revision: 4 },
    [150, 160],
  )

const deletion = 'deleteApp-4'
const other = { replica: 'builder-2' }

type Expected = readonly (readonly [kind: string, op: string, missed?: string])[]

test.each<[string, LevelName, HistoryBuilder, Expected]>([
  ['a push before the deletion', 'linearizable', deleted().push({ at: [50, 60] }), []],
  ['a push that overlaps it', 'linearizable', deleted().push({ at: [105, 200] }), []],
  ['a push from the very end of it', 'linearizable', deleted().push({ at: [110, 120] }), []],
  [
    'a push after it',
    'linearizable',
    deleted().push({ at: [111, 120] }),
    [['stale-allow', 'push-1', deletion]],
  ],
  ['the same within the claim', 'bounded', deleted().push({ at: [111, 120] }), []],
  [
    'the same beyond it',
    'bounded',
    deleted().push({ at: [161, 170] }),
    [['stale-allow', 'push-1', deletion]],
  ],
  [
    'a denial although the right stands',
    'linearizable',
    standing().push({ at: [50, 60], outcome: 'denied' }),
    [['stale-deny', 'push-1', 'addKey-2']],
  ],
  [
    'a stranger',
    'bounded',
    standing().push({ at: [50, 60], user: 'bob', key: 'k-bob' }),
    [['never', 'push-1']],
  ],
  [
    'the old generation under a name that is taken again',
    'linearizable',
    recreatedByBob().push({ at: [200, 210] }),
    [['stale-allow', 'push-1', deletion]],
  ],
  [
    'one replica that goes back',
    'monotonic-per-replica',
    deleted()
      .push({ at: [111, 115], outcome: 'denied' })
      .push({ at: [120, 130] }),
    [['not-monotone', 'push-2']],
  ],
  [
    'two replicas of which one is behind',
    'monotonic-per-replica',
    deleted()
      .push({ at: [111, 115], outcome: 'denied' })
      .push({ at: [120, 130], ...other }),
    [],
  ],
  [
    'an accepted push after a denied one, both during the deletion',
    'linearizable',
    deleted([100, 200])
      .push({ at: [110, 120], outcome: 'denied' })
      .push({ at: [130, 140], ...other }),
    [['not-monotone', 'push-2']],
  ],
  [
    'revisions that real time forbids',
    'bounded',
    standing()
      .mutation('grant', { app: 'blue', generation: 1, user: 'bob', revision: 9 }, [10, 20])
      .mutation('revokeGrant', { app: 'blue', generation: 1, user: 'bob', revision: 8 }, [30, 40]),
    [['order', 'grant-4', 'revokeGrant-6']],
  ],
  [
    'a key that its user has just added, unseen within the claim',
    'session',
    standing()
      .mutation('addKey', { user: 'alice', key: 'k-new', revision: 3 }, [50, 60])
      .push({ at: [61, 70], key: 'k-new', outcome: 'denied' }),
    [['stale-deny', 'push-1', 'addKey-4']],
  ],
  ['anything before all has settled', 'eventual', deleted().push({ at: [500, 510] }), []],
  [
    'the same afterwards',
    'eventual',
    deleted().push({ at: [1500, 1510] }),
    [['stale-allow', 'push-1', deletion]],
  ],
])('%s is judged as %s', (_, level, story, expected) => {
  const terms = termsOf(levels[level], claimOf(50), 1000)
  const { violations } = checkExactly(fromEvents(story.events()), { terms })
  expect(violations.map(({ kind, op, missed }) => [kind, op, ...missed])).toEqual(expected)
})

test('the smallest bound under which a history is right is from the acknowledgement to the push', () => {
  const story = deleted()
    .push({ at: [150, 160] })
    .push({ at: [131, 140] })
  const { smallestBoundMs, missedRevisions } = checkExactly(fromEvents(story.events()), {
    terms: termsOf(levels.bounded, claimOf(50)),
  })
  expect({ smallestBoundMs, missedRevisions }).toEqual({ smallestBoundMs: 40, missedRevisions: 1 })
})

test('a deletion that only the log knows of counts from its commit; one that is absent there does not', () => {
  const story = standing()
    .mutation('deleteApp', { app: 'blue', generation: 1 }, [100, 110], 'info')
    .push({ at: [150, 160] })
  const terms = termsOf(levels.linearizable, claimOf(50))
  const verdict = (settlement?: { revision: number; committedAt: number | null } | 'absent') =>
    checkExactly(fromEvents(story.events()), {
      terms,
      settlements: new Map(settlement === undefined ? [] : [[deletion, settlement]]),
    }).violations.length
  expect(verdict({ revision: 3, committedAt: 105 })).toBe(1)
  expect(verdict({ revision: 3, committedAt: null })).toBe(0)
  expect(verdict()).toBe(0)
  expect(verdict('absent')).toBe(0)
})

test.each([
  ['is honest about an old copy', { authRevision: 2, copyAgeMs: 60 }, []],
  ['makes its copy younger than it can be', { authRevision: 2, copyAgeMs: 10 }, ['age']],
  ['names a revision that says the opposite', { authRevision: 3, copyAgeMs: 60 }, ['value']],
])('evidence of a stale accept that %s', (_, evidence, lies) => {
  const rows = deleted()
    .push({ at: [150, 160] })
    .events()
  const told = rows.map((row) =>
    row.f === 'admission' && row.type === 'ok' ? { ...row, ...evidence } : row,
  )
  const columns = fromEvents(told)
  expect(judgeAsBlackBox(columns).map(({ kind }) => kind)).toEqual(['stale-accept'])
  expect(evidenceLies(columns).map(({ kind }) => kind)).toEqual(lies)
})

test('evidence that names a deletion nobody had asked for is from the future', () => {
  const rows = deleted()
    .push({ at: [50, 60] })
    .events()
  const told = rows.map((row) =>
    row.f === 'admission' && row.type === 'ok' ? { ...row, authRevision: 3 } : row,
  )
  expect(evidenceLies(fromEvents(told)).map(({ kind }) => kind)).toEqual(['future'])
})
