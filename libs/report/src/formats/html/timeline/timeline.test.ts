import { readHistory } from '@keyrace/checker'
import { blankEvent, type HistoryEvent } from '@keyrace/contracts'
import { expect, test } from 'vitest'
import { exampleHistory, exampleWitnessRows } from '../../../testing/example-history.ts'
import { barsOf } from './bars.ts'
import { type Mark, timelineData } from './data.ts'
import { timeline } from './timeline.ts'

const mark: Mark = {
  events: exampleWitnessRows(),
  title: 'poll, stale-admission',
  story: 'it was let in late',
  isBroken: true,
}

function dataOf(history: readonly HistoryEvent[], marks: readonly Mark[] = [mark]) {
  return timelineData(barsOf(readHistory(history), history), marks, history)
}

test('every push and mutation is a bar in the lane of who did it, the controller first', () => {
  const { lanes, bars } = dataOf(exampleHistory())
  const operations = exampleHistory().filter(
    ({ type, f }) => type === 'invoke' && f !== 'admission',
  )
  expect(bars.from).toHaveLength(operations.length)
  expect(lanes.map(({ name }) => name)).toEqual([
    'controller',
    ...['fingerprint', 'poll'].flatMap((arm) => [1, 2, 3].map((n) => `${arm} builder-${n}`)),
  ])
  for (const column of Object.values(bars)) expect(column).toHaveLength(operations.length)
})

test('what goes on at one time in a lane lies below each other', () => {
  const { lanes, bars } = dataOf(overlapping(5))
  expect(lanes).toEqual([{ name: 'builder-1', rows: 5 }])
  expect(bars.row).toEqual([0, 1, 2, 3, 4])
})

test('a lane has an end, however much goes on in it at once', () => {
  expect(dataOf(overlapping(500)).lanes[0]?.rows).toBeLessThan(20)
})

test('a mark stands at the push that shows it, with when it may and must have been allowed', () => {
  const { marks, bars, rights, facts, strings } = dataOf(exampleHistory())
  const [{ bar, story } = { bar: -1, story: '' }] = marks
  expect(story).toBe('it was let in late')
  expect(strings[facts.operation?.[bar] ?? 0]).toBe('p0/poll/builder-2/2')
  expect(rights.map(({ name }) => name)).toEqual(['ada may push to quiet-otter'])
  for (const right of rights) {
    for (const [from, to] of [...right.may, ...right.must]) expect(from).toBeLessThan(to)
    // It began after nobody could have been allowed any more.
    expect(right.may.every(([, to]) => to < (bars.from[bar] ?? 0))).toBe(true)
  }
})

test('a fault is the ground of its lane, from its begin to its end', () => {
  const fault = { ...blankEvent, proc: 'nemesis', f: 'fault', op: 'f1', reason: 'cut' } as const
  const rows = [
    { ...fault, t: 5, type: 'invoke', replica: 'builder-1' },
    ...overlapping(1),
    { ...fault, t: 80, type: 'ok', replica: 'builder-1' },
  ].map((row, idx) => ({ ...row, idx })) as HistoryEvent[]
  const { lanes, bars } = dataOf(rows)
  expect(lanes).toEqual([{ name: 'builder-1', rows: 1 }])
  expect([bars.kind, bars.from, bars.to]).toEqual([
    [3, 0],
    [5_000, 10_000],
    [80_000, 60_000],
  ])
})

test('no text of a history ends the element that its data stands in', () => {
  const history = overlapping(1).map((row) => ({ ...row, app: '</script><script>alert(1)' }))
  const text = String(timeline(history, []))
  expect(text.match(/<\/?script[^>]*>/g)).toEqual(['<script type="application/json">', '</script>'])
})

test('a history without operations has no timeline', () => {
  expect(timeline([], [])).toBeUndefined()
})

test('a very long history is drawn around what is marked', () => {
  const history = Array.from({ length: 120_000 }, (_, n) => pushRows(n, n * 10, n * 10 + 5)).flat()
  const rows = history.map((row, idx) => ({ ...row, idx }))
  const text = String(timeline(rows, [{ ...mark, events: [2 * 119_000] }]))
  expect(text).toContain('20,000 operations further from what is marked are left out')
  expect(text).toContain('"p119000"')
  expect(text).not.toContain('"p1000"')
})

function overlapping(count: number): HistoryEvent[] {
  return Array.from({ length: count }, (_, n) => pushRows(n, 10 + n, 60 + n))
    .flat()
    .toSorted((a, b) => a.t - b.t)
    .map((row, idx) => ({ ...row, idx }))
}

function pushRows(n: number, from: number, to: number): Omit<HistoryEvent, 'idx'>[] {
  const push = {
    ...blankEvent,
    ...{ proc: 'poll/builder-1/c', arm: 'poll', replica: 'builder-1', op: `p${n}` },
    f: 'push',
    ...{ app: 'foo', generation: 1, user: 'ada', key: 'SHA256:x' },
  } as const
  return [
    { ...push, t: from, type: 'invoke' },
    { ...push, t: to, type: 'ok' },
  ]
}
