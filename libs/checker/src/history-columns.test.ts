import { blankEvent, type HistoryEvent } from '@keyrace/contracts'
import { expect, test } from 'vitest'
import { createHistory } from './history-columns.ts'
import { fromEvents, fromJsonLines, toJsonLines } from './history-lines.ts'
import { history } from './testing/history-builder.ts'

const full: HistoryEvent = {
  idx: 7,
  t: 12.25,
  proc: 'poll/builder-1/c1',
  arm: 'poll',
  replica: 'builder-1',
  type: 'denied',
  f: 'admission',
  op: 'p1',
  app: 'blue',
  generation: 2,
  user: 'alice',
  key: 'k-alice',
  ref: 'refs/heads/main',
  old: '00',
  new: '11',
  revision: 0,
  authRevision: 41,
  source: 'cache',
  copyAgeMs: 0,
  reason: 'no-permission',
}
const bare: HistoryEvent = {
  ...blankEvent,
  idx: 8,
  t: 13,
  proc: 'operator',
  type: 'info',
  f: 'fault',
  op: 'f1',
}

test('a row comes back as it was appended, nulls and zeros too, however often the columns grew', () => {
  const columns = createHistory(1)
  const rows = Array.from({ length: 10 }, () => [full, bare]).flat()
  for (const row of rows) columns.append(row)
  expect(Array.from({ length: columns.length }, (_, at) => columns.rowAt(at))).toEqual(rows)
})

test('what is written as lines is read back', () => {
  const events = history()
    .app('blue', 1, 'alice')
    .key('alice')
    .push({ at: [10, 20] })
    .events()
  const lines = [...toJsonLines(fromEvents(events))]
  expect(lines.map((line) => JSON.parse(line))).toEqual(events)
  expect([...toJsonLines(fromJsonLines(lines))]).toEqual(lines)
})

test('a cleared history holds no row of before', () => {
  const columns = fromEvents([full])
  columns.clear()
  columns.append(bare)
  expect(columns.length).toBe(1)
  expect(columns.rowAt(0)).toEqual(bare)
})
