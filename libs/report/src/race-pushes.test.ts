import { blankEvent, type EventType, type HistoryEvent, type Sample } from '@keyrace/contracts'
import { expect, test } from 'vitest'
import { racePushes } from './race-pushes.ts'
import { exampleRecord } from './testing/example-run.ts'

type Change = Pick<HistoryEvent, 'f'> & Partial<HistoryEvent>

const deletion: Change = { f: 'deleteApp', app: 'otter', generation: 1 }

/** A change that is acknowledged at 1 000 ms, and a push by ada to otter. */
function historyOf(
  change: Change,
  {
    at,
    ends,
    letIn = false,
    ...push
  }: { at: number; ends: EventType; letIn?: boolean } & Partial<HistoryEvent>,
): HistoryEvent[] {
  const common = {
    proc: 'c',
    arm: 'poll',
    replica: 'builder-1',
    op: 'p1',
    app: 'otter',
    user: 'ada',
    key: 'k1',
    ...push,
  }
  const rows: (Pick<HistoryEvent, 't' | 'type' | 'f' | 'op' | 'proc'> & Partial<HistoryEvent>)[] = [
    { t: 990, type: 'invoke', op: 'm1', proc: 'operator', ...change },
    { t: 1_000, type: 'ok', op: 'm1', proc: 'operator', ...change },
    { ...common, t: at, type: 'invoke', f: 'push' },
    { ...common, t: at + 5, type: letIn ? 'ok' : ends, f: 'admission' },
    { ...common, t: at + 9, type: ends, f: 'push' },
  ]
  return rows.map((row, idx) => ({ ...blankEvent, ...row, idx }))
}

test.each<[string, Change, Parameters<typeof historyOf>[1], [number, string][]]>([
  ['accepted before', deletion, { at: 950, ends: 'ok' }, [[-50, 'accepted']]],
  ['accepted although it began after', deletion, { at: 1_100, ends: 'ok' }, [[100, 'stale']]],
  ['denied after', deletion, { at: 1_100, ends: 'denied' }, [[100, 'denied']]],
  [
    'let in and denied at the commit',
    deletion,
    { at: 995, ends: 'denied', letIn: true },
    [[-5, 'turned back']],
  ],
  [
    'of the key that was removed',
    { f: 'removeKey', key: 'k1' },
    { at: 1_200, ends: 'denied' },
    [[200, 'denied']],
  ],
  ['of another key', { f: 'removeKey', key: 'k2' }, { at: 1_200, ends: 'ok' }, []],
  [
    'of a user whose permission ended',
    { f: 'revokeGrant', app: 'otter', user: 'ada' },
    { at: 1_001, ends: 'ok' },
    [[1, 'stale']],
  ],
  [
    'of another user',
    { f: 'revokeGrant', app: 'otter', user: 'bob' },
    { at: 1_001, ends: 'ok' },
    [],
  ],
  ['to another app', { ...deletion, app: 'heron' }, { at: 1_100, ends: 'ok' }, []],
  ['to the next app of the same name', deletion, { at: 1_100, ends: 'ok', generation: 2 }, []],
  ['that nobody decided', deletion, { at: 1_100, ends: 'info' }, []],
  ['that failed', deletion, { at: 1_100, ends: 'fail' }, []],
  ['long before the race', { ...deletion }, { at: -500, ends: 'ok' }, []],
  ['when a right was given', { f: 'createApp', app: 'otter' }, { at: 1_100, ends: 'ok' }, []],
])('a push %s', (_, change, push, expected) => {
  const found = racePushes({ history: historyOf(change, push), samples: [] })
  expect(found.map(({ offsetMs, fate }) => [offsetMs, fate])).toEqual(expected)
})

test('of two ends of a right, a push counts from the one closest to it', () => {
  const first = historyOf(deletion, { at: 9_900, ends: 'ok' })
  const second = first.slice(0, 2).map((row) => ({ ...row, op: 'm2', t: row.t + 9_000 }))
  expect(racePushes({ history: [...first, ...second], samples: [] })).toMatchObject([
    { offsetMs: -100, fate: 'accepted' },
  ])
})

test('what only warmed a replica up is no part of the race', () => {
  const history = historyOf(deletion, { at: 950, ends: 'ok' })
  const [sample] = exampleRecord().samples
  if (sample === undefined) throw new Error('the example has no sample')
  const of = (phase: Sample['phase']) =>
    racePushes({ history, samples: [{ ...sample, op: 'p1', phase }] })
  expect(of('warm')).toEqual([])
  expect(of('race')).toHaveLength(1)
})
