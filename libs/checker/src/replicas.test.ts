import { zeroSha } from '@keyrace/contracts'
import { describe, expect, test } from 'vitest'
import { type HistoryBuilder, history } from './testing/history-builder.ts'
import { broken, tried } from './testing/trial.ts'

const [c1, c2] = ['1'.repeat(40), '2'.repeat(40)]
const [a, b] = [{ replica: 'builder-1' }, { replica: 'builder-2' }]
const first = { ...a, at: [10, 20], old: zeroSha, new: c1 } as const
const stands = () => history().app('blue', 1, 'alice').key('alice')

describe('an answer that everything is up to date', () => {
  const noop = { ...a, old: c1, new: c1 }
  const isConvicted = (story: HistoryBuilder) => broken(tried(story)).includes('false-up-to-date')

  test('is convicted where another commit was acknowledged since, by whichever replica', () => {
    const story = stands()
      .push(first)
      .push({ ...b, at: [30, 40], old: zeroSha, new: c2 })
      .push({ ...noop, at: [50, 60] })
    expect(isConvicted(story)).toBe(true)
  })

  test.each([
    ['nothing came in between', stands().push(first)],
    [
      'somebody went back by a push of their own',
      stands()
        .push(first)
        .push({ ...b, at: [30, 35], old: c1, new: c2 })
        .push({ ...b, at: [36, 40], old: c2, new: c1 }),
    ],
    [
      'the other push had not been acknowledged when it began',
      stands()
        .push(first)
        .push({ ...b, at: [30, 55], old: zeroSha, new: c2 }),
    ],
    [
      'nobody knows which of the two pushes came last',
      stands()
        .push({ ...first, at: [10, 35] })
        .push({ ...b, at: [30, 40], old: zeroSha, new: c2 }),
    ],
    [
      'somebody may have gone back',
      stands()
        .push(first)
        .push({ ...b, at: [30, 35], old: c1, new: c2 })
        .push({ ...b, at: [36, 40], old: c2, new: c1, outcome: 'info' }),
    ],
    [
      'the other commit went to another branch',
      stands()
        .push(first)
        .push({ ...b, at: [30, 40], ref: 'refs/heads/other', old: zeroSha, new: c2 }),
    ],
  ])('is not where %s', (_, story) => {
    expect(isConvicted(story.push({ ...noop, at: [50, 60] }))).toBe(false)
  })
})

describe('replicas with repositories of their own', () => {
  const own = { repositories: 'per-replica' } as const
  const both = () =>
    stands()
      .push(first)
      .push({ ...b, at: [30, 40], old: zeroSha, new: c2 })
  const tip = (sha: string) => ({ ref: 'refs/heads/main', new: sha })

  test('each have a history of their own', () => {
    expect(broken(tried(both()))).toContain('forked-history')
    expect(broken(tried(both(), own))).toEqual([])
  })

  test('keep what they have acknowledged, each in its own place', () => {
    const kept = both()
      .read({ ...a, at: 50, tip: tip(c1) })
      .read({ ...b, at: 50, tip: tip(c2) })
    expect(tried(kept, own)).toMatchObject({ unread: 0 })
    expect(broken(tried(kept, own))).toEqual([])

    const swapped = both()
      .read({ ...a, at: 50, tip: tip(c2) })
      .read({ ...b, at: 50, tip: tip(c1) })
    expect(tried(swapped, own).correctness.violations['lost-acknowledged-push']).toBe(2)
  })

  test('are looked at one by one: where nobody looked, nothing is known', () => {
    expect(tried(both().read({ ...a, at: 50, tip: tip(c1) }), own).unread).toBe(1)
  })
})

describe('two pushes that both move a ref of one repository', () => {
  const beside = (at: readonly [number, number], commit: readonly [number, number]) =>
    stands()
      .push({ ...first, at: [10, 40], commit: [22, 38] })
      .push({ ...b, at, ref: 'refs/heads/other', old: zeroSha, new: c2, commit })

  test('are convicted where the one was shown the refs while the other was at work', () => {
    const story = beside([20, 50], [45, 48])
    expect(broken(tried(story))).toContain('two-pushes-at-once')
    expect(broken(tried(story, { repositories: 'per-replica' }))).toEqual([])
  })

  test('are not where the one waited until the other had ended', () => {
    expect(broken(tried(beside([20, 90], [60, 80])))).toEqual([])
  })
})

describe('a push of which its client has heard no end', () => {
  const silent = (at: readonly [number, number]) => stands().push({ at, outcome: 'info' })

  test('is convicted once the client has waited for long enough', () => {
    expect(broken(tried(silent([10, 30_010]), { patienceMs: 30_000 }))).toEqual(['endless-push'])
  })

  test('is not where the connection broke before, or nobody promised an end', () => {
    expect(broken(tried(silent([10, 500]), { patienceMs: 30_000 }))).toEqual([])
    expect(broken(tried(silent([10, 30_010])))).toEqual([])
  })
})
