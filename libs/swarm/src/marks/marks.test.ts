import { blankEvent, faultKinds, type HistoryEvent } from '@keyrace/contracts'
import { points } from '@keyrace/environment'
import { expect, test } from 'vitest'
import { examplePlan } from '../testing/example-world.ts'
import { cellsIn, possibleCells } from './coverage.ts'
import { marks, marksIn } from './marks.ts'
import { type Sight, spansOf } from './sight.ts'

type Facts = Partial<HistoryEvent> & Pick<HistoryEvent, 'f' | 'op'>

let idx = 0
const rows = ({ type = 'ok', ...facts }: Facts, from: number, to: number): HistoryEvent[] =>
  (['invoke', type] as const).map((kind, end) => ({
    ...{ ...blankEvent, proc: 'operator', app: 'shop', generation: 1, ...facts },
    ...{ idx: idx++, t: end === 0 ? from : to, type: kind },
  }))

const fixture = rows({ f: 'createApp', op: 'm1', proc: 'fixture', user: 'ada' }, -1, -1)
const pushed = (op: string, [from, to]: [number, number], facts: Partial<HistoryEvent> = {}) =>
  rows({ f: 'push', op, replica: 'builder-1', user: 'ada', key: 'k', ...facts }, from, to)
const admitted = (op: string, [from, to]: [number, number], facts: Partial<HistoryEvent> = {}) =>
  rows({ f: 'admission', op, replica: 'builder-1', user: 'ada', key: 'k', ...facts }, from, to)

function sightOf(history: readonly HistoryEvent[], changes: Partial<Sight> = {}): Sight {
  const staleWithin = { revocations: 0, grants: 0, commits: 0 }
  const nothing = { plan: examplePlan(), faults: [], held: {}, waits: [], staleWithin }
  return { ...nothing, ...spansOf([...fixture, ...history]), ...changes }
}

const push = [...pushed('p', [10, 40]), ...admitted('p', [10, 20])]
const cut = { id: 'f1', kind: 'cut', fromMs: 0, toMs: 100, node: 'builder-1' } as const
const unavailable = { type: 'fail', reason: 'unavailable: timeout' } as const

test.each<[string, Sight, Sight]>([
  [
    'deletion-between-admission-and-commit',
    sightOf([...push, ...rows({ f: 'deleteApp', op: 'd' }, 12, 30)]),
    sightOf([...push, ...rows({ f: 'deleteApp', op: 'd' }, 12, 15)]),
  ],
  [
    'recreation-inside-push',
    sightOf([...push, ...rows({ f: 'createApp', op: 'c', user: 'bob', generation: 2 }, 20, 30)]),
    sightOf([...push, ...rows({ f: 'createApp', op: 'c', user: 'ada', generation: 2 }, 20, 30)]),
  ],
  [
    'revocation-during-reconnect',
    sightOf(rows({ f: 'removeKey', op: 'r' }, 150, 160), { faults: [cut] }),
    sightOf(rows({ f: 'removeKey', op: 'r' }, 350, 360), { faults: [cut] }),
  ],
  [
    'older-answer',
    sightOf([
      ...admitted('a', [1, 2], { authRevision: 4 }),
      ...pushed('a', [1, 3]),
      ...admitted('b', [5, 6], { authRevision: 3 }),
      ...pushed('b', [5, 7]),
    ]),
    sightOf([
      ...admitted('a', [1, 2], { authRevision: 3 }),
      ...pushed('a', [1, 3]),
      ...admitted('b', [5, 6], { authRevision: 4 }),
      ...pushed('b', [5, 7]),
    ]),
  ],
  [
    'reap-beside-creation',
    sightOf([
      ...rows({ f: 'reap', op: 'x' }, 10, 20),
      ...rows({ f: 'createApp', op: 'c', generation: 2 }, 15, 30),
    ]),
    sightOf([
      ...rows({ f: 'reap', op: 'x' }, 10, 20),
      ...rows({ f: 'createApp', op: 'c', app: 'blog' }, 15, 30),
    ]),
  ],
  [
    'failed-closed',
    sightOf([...pushed('a', [1, 2], unavailable), ...pushed('b', [3, 4])]),
    sightOf([...pushed('a', [1, 2]), ...pushed('b', [3, 4], unavailable)]),
  ],
  [
    'lease-ran-out',
    sightOf([], {
      plan: { ...examplePlan(), strategy: 'lease' },
      waits: [{ ms: 900, endedBy: 'expiry' }],
    }),
    sightOf([], {
      plan: { ...examplePlan(), strategy: 'lease' },
      waits: [{ ms: 9, endedBy: 'acks' }],
    }),
  ],
  [
    'near:old-code',
    sightOf([...pushed('a', [1, 2]), ...pushed('b', [3, 4], { generation: 2 })]),
    sightOf([...pushed('a', [1, 2]), ...pushed('b', [3, 4])]),
  ],
  ['fault:cut', sightOf([], { faults: [cut] }), sightOf([])],
  ['held:push/after-lock', sightOf([], { held: { 'push/after-lock': 2 } }), sightOf([])],
])('%s is seen where it happened, and not where something like it did', (name, seen, unseen) => {
  expect(marksIn(seen)).toContain(name)
  expect(marksIn(unseen)).not.toContain(name)
})

test('the catalogue has every kind of fault and every point, and nothing happens in an empty world', () => {
  const names = Object.keys(marks)
  for (const kind of Object.keys(faultKinds)) expect(names).toContain(`fault:${kind}`)
  for (const point of Object.keys(points)) expect(names).toContain(`held:${point}`)
  expect(marksIn(sightOf([]))).toEqual([])
})

test('a cell is strategy, fault, where the push was, and what changed', () => {
  const history = [...push, ...rows({ f: 'revokeGrant', op: 'r', user: 'bob' }, 12, 30)]
  expect(cellsIn(sightOf(history))).toEqual(['poll no fault receive revokeGrant'])
  expect(cellsIn(sightOf(history, { faults: [cut] }))).toEqual(['poll cut receive revokeGrant'])
  expect(possibleCells).toBeGreaterThan(5_000)
})
