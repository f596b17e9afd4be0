import { type AuditEntry, blankEvent, type HistoryEvent } from '@keyrace/contracts'
import { expect, test } from 'vitest'
import { settleUnknown } from './unknown-outcomes.ts'

const deletion = (op: string, t: number, type: 'ok' | 'info', revision: number | null = null) => {
  const row = {
    ...blankEvent,
    proc: 'operator',
    f: 'deleteApp',
    op,
    app: 'shop',
    user: 'ada',
  } as const
  return [
    { ...row, idx: t, t, type: 'invoke' },
    { ...row, idx: t + 1, t: t + 1, type, revision },
  ] as HistoryEvent[]
}

const entry = (revision: number, app = 'shop'): AuditEntry => ({
  revision,
  at: '2026-01-01T00:00:00Z',
  kind: 'deleteApp',
  actor: 'ada',
  subject: { app, generation: revision - 2, owner: 'ada' },
})

function endOf(op: string, history: readonly HistoryEvent[]) {
  return history.find((row) => row.op === op && row.type !== 'invoke')
}

test('a mutation that stands in the log gets its place in it, and keeps an unknown end', () => {
  const settled = settleUnknown(deletion('lost', 10, 'info'), [entry(3)])
  expect(endOf('lost', settled)).toMatchObject({ type: 'info', revision: 3, generation: 1 })
})

test('one that does not stand in it has failed', () => {
  const settled = settleUnknown(deletion('lost', 10, 'info'), [entry(3, 'blog')])
  expect(endOf('lost', settled)).toMatchObject({ type: 'fail', revision: null })
})

test('what somebody else was told is not taken for it', () => {
  const history = [...deletion('told', 10, 'ok', 3), ...deletion('lost', 20, 'info')]
  const settled = settleUnknown(history, [entry(3)])
  expect(endOf('told', settled)).toMatchObject({ type: 'ok', revision: 3 })
  expect(endOf('lost', settled)).toMatchObject({ type: 'fail' })
})

test('of several, the one that began first is taken for the one that stands first', () => {
  const history = [...deletion('first', 10, 'info'), ...deletion('second', 20, 'info')]
  const settled = settleUnknown(history, [entry(3), entry(5)])
  expect(['first', 'second'].map((op) => endOf(op, settled)?.revision)).toEqual([3, 5])
})
