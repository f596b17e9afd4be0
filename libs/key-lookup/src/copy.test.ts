import type { Snapshot } from '@keyrace/contracts'
import type { Clock } from '@keyrace/environment'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Copy, createCopy } from './copy.ts'
import { arbitraryHistory, everyRequest, keys } from './testing/arbitrary-history.ts'
import { keyOf } from './testing/key-of.ts'

const noBound = Number.POSITIVE_INFINITY

describe('a copy that is brought up to date by changes', () => {
  test('is the copy that a snapshot of the end makes, however the changes came', () => {
    const parts = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 20 })
    fc.assert(
      fc.property(arbitraryHistory, fc.nat(), parts, ({ changes, snapshots }, start, ranges) => {
        const last = changes.length
        const { copy } = copyOf(snapshots, start % (last + 1))
        // Parts overlap, come again and come too early; in the end all of them come once more.
        for (const [one, other] of [...ranges, [0, last] as const]) {
          const [from = 0, to = 0] = [one % (last + 1), other % (last + 1)].sort((a, b) => a - b)
          const before = copy.position()?.revision ?? 0
          const continues = from <= before
          expect(copy.apply(changes.slice(from, to), at(to), 0)).toBe(continues || to <= before)
          expect(copy.position()?.revision).toBe(continues ? Math.max(before, to) : before)
        }
        expect(allAnswers(copy)).toEqual(allAnswers(copyOf(snapshots, last).copy))
      }),
    )
  })

  test('refuses changes of which one is missing, and stays as it was', () => {
    fc.assert(
      fc.property(arbitraryHistory, fc.nat(), ({ changes, snapshots }, drop) => {
        fc.pre(changes.length > 0)
        const { copy } = copyOf(snapshots, 0)
        const before = allAnswers(copy)
        const missing = changes.toSpliced(drop % changes.length, 1)
        expect(copy.apply(missing, at(changes.length), 0)).toBe(false)
        expect(allAnswers(copy)).toEqual(before)
      }),
    )
  })

  test('refuses changes before its first snapshot, and those of another epoch', () => {
    const { clock } = clockAt(0)
    const empty = createCopy({ clock, boundMs: noBound })
    expect(empty.apply([], at(0), 0)).toBe(false)
    const { copy } = copyOf([web('alice')], 0)
    expect(copy.apply([], at(0, 'epoch-2'), 0)).toBe(false)
    expect(copy.position()).toEqual(at(0))
  })

  test('does not go through its keys for a change', () => {
    const many = Array.from({ length: 200_000 }, (_, n) => `SHA256:${n}`)
    const user = { username: 'alice', isAdministrator: false, keys: many }
    const { copy } = copyOf([{ users: [user], apps: [] }], 0)
    for (let revision = 1; revision <= 20_000; revision++) {
      const change = { revision, user: 'alice', fingerprint: `SHA256:${revision}` }
      const kind = revision % 2 === 1 ? ('removeKey' as const) : ('addKey' as const)
      copy.apply([{ ...change, kind }], at(revision), 0)
    }
    expect(copy.position()?.revision).toBe(20_000)
  })
})

describe('the age of a copy', () => {
  test('counts from when the question was sent, whenever its answer came', () => {
    const { copy, ask, setNow } = copyWithin(100)
    setNow(90)
    copy.replace(web('alice'), at(1), 5)
    expect(ask(104.999)).toMatchObject({ kind: 'allowed', copyAgeMs: 99.999 })
    expect(ask(105)).toEqual({ kind: 'unknown', reason: 'copy-too-old' })
  })

  test.each<[string, (copy: Copy, sentAt: number) => void]>([
    ['a snapshot', (copy, sentAt) => copy.replace(web('alice'), at(2), sentAt)],
    ['changes', (copy, sentAt) => copy.apply([addUser(2)], at(2), sentAt)],
    ['the same again', (copy, sentAt) => copy.confirm(at(1), sentAt)],
    ['an answer that was overtaken', (copy, sentAt) => copy.replace(web('bob'), at(0), sentAt)],
  ])('begins anew with %s, and never with one that was asked for earlier', (_, learn) => {
    const { copy, ask } = copyWithin(100)
    copy.replace(web('alice'), at(1), 50)
    learn(copy, 20)
    expect(ask(140)).toMatchObject({ kind: 'allowed', copyAgeMs: 90 })
    learn(copy, 60)
    expect(ask(159)).toMatchObject({ kind: 'allowed', copyAgeMs: 99 })
    expect(ask(160)).toMatchObject({ kind: 'unknown' })
  })

  test.each<[string, (copy: Copy, sentAt: number) => void]>([
    ['of which one is missing', (copy, sentAt) => copy.apply([addUser(3)], at(3), sentAt)],
    ['up to a revision that it does not have', (copy, sentAt) => copy.confirm(at(2), sentAt)],
    ['of another epoch', (copy, sentAt) => copy.confirm(at(1, 'epoch-2'), sentAt)],
  ])('goes on with changes %s', (_, learn) => {
    const { copy, ask } = copyWithin(100)
    copy.replace(web('alice'), at(1), 0)
    learn(copy, 60)
    expect(ask(99)).toMatchObject({ kind: 'allowed', copyAgeMs: 99 })
    expect(ask(100)).toMatchObject({ kind: 'unknown' })
  })

  test('does not begin anew with an answer, however often the copy is asked', () => {
    const { copy, ask } = copyWithin(100)
    copy.replace(web('alice'), at(1), 0)
    for (let now = 10; now < 100; now += 10) expect(ask(now)).toMatchObject({ copyAgeMs: now })
    expect(ask(100)).toMatchObject({ kind: 'unknown' })
  })

  test('may be asked for: what was sent before that is too old', () => {
    const { copy, setNow } = copyWithin(noBound)
    copy.replace(web('alice'), at(1), 50)
    setNow(60)
    const request = { app: 'web', user: 'alice', key: keyOf('alice') }
    expect(copy.authorize(request, 50)).toMatchObject({ kind: 'allowed' })
    expect(copy.authorize(request, 50.001)).toMatchObject({ kind: 'unknown' })
    expect(copy.identify(request.key, 50.001)).toMatchObject({ kind: 'unavailable' })
  })
})

describe('a copy', () => {
  test('does not go back to an earlier revision', () => {
    const { copy, ask } = copyWithin(100)
    copy.replace(web('bob'), at(5), 0)
    copy.replace(web('alice'), at(4), 10)
    expect(ask(20)).toMatchObject({ kind: 'denied', revision: 5 })
    expect(ask(20, 'bob')).toMatchObject({ kind: 'allowed', revision: 5 })
  })

  test('starts over with another epoch, whatever its revision', () => {
    const { copy, ask } = copyWithin(100)
    copy.replace(web('bob'), at(5), 0)
    copy.replace(web('alice'), at(2, 'epoch-2'), 1)
    expect(ask(2)).toMatchObject({ kind: 'allowed', epoch: 'epoch-2', revision: 2 })
    expect(ask(2, 'bob')).toMatchObject({ kind: 'denied' })
  })

  test('does not go back to an epoch that has ended, for an answer that was asked for before', () => {
    const { copy, ask, setNow } = copyWithin(100)
    copy.replace(web('bob'), at(5), 0)
    setNow(10)
    copy.replace(web('alice'), at(2, 'epoch-2'), 1)
    copy.replace(web('bob'), at(9), 10)
    expect(ask(11, 'bob')).toMatchObject({ kind: 'denied', epoch: 'epoch-2' })
    copy.replace(web('bob'), at(9, 'epoch-3'), 11)
    expect(ask(12, 'bob')).toMatchObject({ kind: 'allowed', epoch: 'epoch-3' })
  })
})

test('a copy says what is missing as the controller does: app, user, key, then permission', () => {
  const { copy } = copyOf([web('alice')], 0)
  const codeOf = (app: string, user: string, key: string) =>
    copy.authorize({ app, user, key: keyOf(key) })
  expect(codeOf('nowhere', 'nobody', 'nobody')).toMatchObject({ code: 'app-not-found' })
  expect(codeOf('web', 'nobody', 'nobody')).toMatchObject({ code: 'user-not-found' })
  expect(codeOf('web', 'bob', 'alice')).toMatchObject({ code: 'key-not-found' })
  expect(codeOf('web', 'bob', 'bob')).toMatchObject({ code: 'forbidden' })
})

/** The wall clock stands still: whoever went by it would find everything young. */
function clockAt(start: number) {
  let now = start
  const clock: Clock = { now: () => now, wall: () => 0, timer: () => () => {} }
  return {
    clock,
    setNow(next: number) {
      now = next
    },
  }
}

function copyWithin(boundMs: number) {
  const { clock, setNow } = clockAt(0)
  const copy = createCopy({ clock, boundMs })
  return {
    copy,
    setNow,
    ask(now: number, user = 'alice') {
      setNow(now)
      return copy.authorize({ app: 'web', user, key: keyOf(user) })
    },
  }
}

function copyOf(snapshots: readonly Snapshot[], revision: number) {
  const { copy } = copyWithin(noBound)
  copy.replace(snapshots[revision] ?? { users: [], apps: [] }, at(revision), 0)
  return { copy }
}

function allAnswers(copy: Copy) {
  return [
    ...keys.map((key) => copy.identify(key)),
    ...everyRequest.map((one) => copy.authorize(one)),
  ]
}

function at(revision: number, epoch = 'epoch-1') {
  return { epoch, revision }
}

/** The app `web` is this user's. */
function web(owner: string): Snapshot {
  const users = ['alice', 'bob'].map((username) => ({
    username,
    isAdministrator: false,
    keys: [keyOf(username).fingerprint],
  }))
  return { users, apps: [{ app: 'web', generation: 1, owner, users: [] }] }
}

function addUser(revision: number) {
  return { revision, kind: 'createUser', user: `user-${revision}`, isAdministrator: false } as const
}
