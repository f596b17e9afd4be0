import { expect, test } from 'vitest'
import type { Block } from './lane.ts'
import { type LookupReport, laneFigures, lookupText } from './report.ts'
import type { Measured } from './rounds.ts'

const [small, large] = ['10 keys', '20 keys'].map((name) => ({ name }) as Measured['place'])

test('a lane is compared with fewest keys, smallest store and reference, each the rest being the same', () => {
  const figures = laneFigures([
    lane('fingerprint', 1, small, 10),
    lane('fingerprint', 9, small, 20),
    lane('fingerprint', 1, large, 40),
    lane('poll', 1, large, 4),
  ])
  const ratios = figures.map(({ toFewestKeys, toSmallestStore, toReference }) =>
    [toFewestKeys, toSmallestStore, toReference].map(
      ({ value }) => value && Math.round(value * 10),
    ),
  )
  expect(ratios).toEqual([
    [null, null, null],
    [20, null, null],
    [null, 40, null],
    [null, null, 1],
  ])
})

test('a table has a row for each lane and a line for what was left out', () => {
  const lanes = laneFigures([lane('fingerprint', 1, small, 1_000), lane('poll', 1, small, 1)])
  const skipped = [{ strategy: 'poll', store: '20 keys', reason: 'too many' }] as const
  const text = lookupText({ lanes, skipped } as unknown as LookupReport)
  expect(text.trimEnd().split('\n')).toEqual([
    'authorize by  keys per user  in the store  p50 µs  p95 µs  ÷ fewest keys  ÷ smallest store            ÷ fingerprint',
    'fingerprint               1       10 keys    1000    1000              —                 —                        —',
    'poll                      1       10 keys     1.0     1.0              —                 —  0.0010 [0.0010, 0.0010]',
    'poll, 20 keys: too many',
  ])
})

function lane(
  strategy: Measured['strategy'],
  keysPerUser: number,
  place: Measured['place'] | undefined,
  us: number,
): Measured {
  const block: Block = { us: [us], p50: us }
  return { strategy, keysPerUser, place, blocks: [block, block] } as unknown as Measured
}
