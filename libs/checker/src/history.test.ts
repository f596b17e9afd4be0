import { describe, expect, test } from 'vitest'
import { readHistory } from './history.ts'
import { history } from './testing/history-builder.ts'

const standing = () => history().app('blue', 1, 'alice').key('alice')

describe('an operation', () => {
  test('that nobody saw the end of is of unknown outcome', () => {
    const events = standing()
      .push({ at: [10, 20], admission: 'unseen' })
      .events()
    const [attempt] = readHistory(events.filter(({ t }) => t < 20)).attempts
    expect(attempt?.push).toMatchObject({ type: 'info', inv: 10, cmp: Number.POSITIVE_INFINITY })
  })

  test('knows what its completion learned and what its invoke had said', () => {
    const events = standing()
      .push({ at: [10, 20], admission: 'unseen' })
      .events()
      .map((row) => (row.t === 10 ? { ...row, generation: null } : { ...row, ref: null }))
    const [attempt] = readHistory(events).attempts
    expect(attempt?.push).toMatchObject({ generation: 1, ref: 'refs/heads/main' })
  })

  test('that is reported as info has no end, whatever the time of the report', () => {
    const story = standing().mutation('deleteApp', { app: 'blue', generation: 1 }, [5, 6], 'info')
    const deletion = readHistory(story.events()).mutations.find(({ f }) => f === 'deleteApp')
    expect(deletion?.cmp).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('a malformed history is refused:', () => {
  const rows = standing()
    .push({ at: [10, 20], admission: 'unseen' })
    .events()
  const invoke = rows.filter(({ t }) => t === 10)
  const completion = rows.filter(({ t }) => t === 20)

  test.each([
    ['a completion without an invoke', completion, /completes what was never invoked/],
    ['two completions', [...invoke, ...completion, ...completion], /happens twice/],
    ['two invokes', [...invoke, ...invoke], /happens twice/],
    [
      'an end before the begin',
      [...invoke, ...completion.map((r) => ({ ...r, t: 9 }))],
      /too early/,
    ],
    [
      'an admission without a push',
      invoke.map((r) => ({ ...r, f: 'admission' as const })),
      /no push/,
    ],
  ])('%s', (_, events, complaint) => {
    expect(() => readHistory(events)).toThrow(complaint)
  })
})
