import type { Clock } from '@keyrace/environment'
import { describe, expect, test } from 'vitest'
import { createDecisionCache, type DecisionCacheOptions, type Verdict } from './decision-cache.ts'
import { keyOf } from './testing/key-of.ts'

const push = { app: 'web', user: 'alice', key: keyOf('alice') }

function setUp(options: Partial<DecisionCacheOptions> = {}) {
  let now = 0
  // The wall clock stands still: whoever went by it would find every entry young.
  const clock: Clock = { now: () => now, wall: () => 0, timer: () => () => {} }
  const limits = { ttlMs: 100, negativeTtlMs: 20, maxEntries: 3 }
  const cache = createDecisionCache({ clock, ...limits, ...options })
  return {
    askAt(time: number, request = push) {
      now = time
      return cache.asking(request)
    },
    recallAt(time: number, request = push) {
      now = time
      return cache.recall(request)
    },
  }
}

function allowed(revision: number, epoch = 'epoch-1'): Verdict {
  return { kind: 'allowed', generation: 1, source: 'rpc', epoch, revision, copyAgeMs: 0 }
}

function denied(revision: number, epoch = 'epoch-1'): Verdict {
  return { kind: 'denied', code: 'forbidden', source: 'rpc', epoch, revision, copyAgeMs: 0 }
}

describe('a decision cache', () => {
  test('counts the age of a permission from when it was asked for, whenever the answer came', () => {
    const { askAt, recallAt } = setUp()
    const remember = askAt(5)
    recallAt(60)
    remember(allowed(1))
    expect(recallAt(104.999)).toEqual({ ...allowed(1), source: 'cache', copyAgeMs: 99.999 })
    expect(recallAt(105)).toBeUndefined()
  })

  test('serves nothing that was too old when it came', () => {
    const { askAt, recallAt } = setUp()
    const remember = askAt(0)
    recallAt(100)
    remember(allowed(1))
    expect(recallAt(100)).toBeUndefined()
  })

  test('does not grow younger by being asked', () => {
    const { askAt, recallAt } = setUp()
    askAt(0)(allowed(1))
    for (let time = 10; time < 100; time += 10) expect(recallAt(time)).toBeDefined()
    expect(recallAt(100)).toBeUndefined()
  })

  test('gives a denial a time to live of its own', () => {
    const { askAt, recallAt } = setUp()
    askAt(0)(denied(1))
    expect(recallAt(19.999)).toMatchObject({ kind: 'denied', copyAgeMs: 19.999 })
    expect(recallAt(20)).toBeUndefined()
  })

  test('never serves a denial whose time to live is 0', () => {
    const { askAt, recallAt } = setUp({ negativeTtlMs: 0 })
    askAt(0)(denied(1))
    expect(recallAt(0)).toBeUndefined()
  })

  test.each([
    ['a denial that may be served', 20],
    ['a denial that may not', 0],
  ])('does not let an answer that saw less replace %s', (_, negativeTtlMs) => {
    const { askAt, recallAt } = setUp({ negativeTtlMs })
    const rememberFirst = askAt(0)
    const rememberSecond = askAt(1)
    rememberSecond(denied(2))
    rememberFirst(allowed(1))
    expect(recallAt(2)?.kind).not.toBe('allowed')
    expect(recallAt(30)).toBeUndefined()
  })

  test('goes by what an answer saw, and not by when it was asked for', () => {
    const { askAt, recallAt } = setUp()
    const rememberFirst = askAt(0)
    askAt(1)(allowed(1))
    rememberFirst(denied(2))
    expect(recallAt(2)).toMatchObject({ kind: 'denied' })
  })

  test('does not let an answer that was asked for earlier make one of the same revision older', () => {
    const { askAt, recallAt } = setUp()
    const rememberFirst = askAt(0)
    askAt(50)(allowed(1))
    rememberFirst(allowed(1))
    expect(recallAt(120)).toMatchObject({ copyAgeMs: 70 })
  })

  test('replaces an answer by one that saw more, be it a denial', () => {
    const { askAt, recallAt } = setUp()
    askAt(0)(allowed(1))
    askAt(1)(denied(2))
    expect(recallAt(2)).toMatchObject({ kind: 'denied' })
    expect(recallAt(30)).toBeUndefined()
  })

  test('forgets everything as soon as an answer of another epoch comes, whatever its revision', () => {
    const { askAt, recallAt } = setUp()
    const shop = { ...push, app: 'shop' }
    askAt(0)(allowed(9))
    askAt(1, shop)(denied(2, 'epoch-2'))
    expect(recallAt(2)).toBeUndefined()
    expect(recallAt(2, shop)).toMatchObject({ epoch: 'epoch-2' })
  })

  test('does not go back to an epoch that has ended, for an answer that was overtaken', () => {
    const { askAt, recallAt } = setUp()
    askAt(0)(allowed(9))
    const shop = { ...push, app: 'shop' }
    const rememberLate = askAt(1)
    askAt(2, shop)(allowed(3, 'epoch-2'))
    rememberLate(allowed(9))
    expect(recallAt(3)).toBeUndefined()
    expect(recallAt(3, shop)).toMatchObject({ epoch: 'epoch-2' })
  })

  test.each([
    ['app', { ...push, app: 'we' }],
    ['longer app', { ...push, app: 'web-2' }],
    ['user', { ...push, user: 'bob' }],
    ['key', { ...push, key: keyOf('alice', 'second') }],
  ])('answers nothing about another %s', (_, other) => {
    const { askAt, recallAt } = setUp()
    askAt(0)(allowed(1))
    expect(recallAt(0)).toBeDefined()
    expect(recallAt(0, other)).toBeUndefined()
  })

  test.each(['', ' ', ',', '/', ':', '|', '\n', '\0', '"', '","'])(
    'keeps apart names that would be the same when joined by %j',
    (mark) => {
      const { askAt, recallAt } = setUp()
      askAt(0, { ...push, app: `a${mark}b`, user: 'c' })(allowed(1))
      expect(recallAt(0, { ...push, app: 'a', user: `b${mark}c` })).toBeUndefined()
    },
  )

  test('holds no more than its bound, and forgets first what was not renewed for longest', () => {
    const { askAt, recallAt } = setUp()
    const about = (app: string) => ({ ...push, app })
    for (const app of ['a', 'b', 'c', 'a', 'd']) askAt(0, about(app))(allowed(1))
    const remembered = ['a', 'b', 'c', 'd'].filter((app) => recallAt(1, about(app)))
    expect(remembered).toEqual(['a', 'c', 'd'])
  })
})
