import type { Clock } from '@keyrace/environment'
import { describe, expect, test } from 'vitest'
import { createCopy } from './copy.ts'
import { keyOf } from './testing/rig.ts'

function setUp() {
  let now = 0
  const clock: Clock = { now: () => now, wall: () => now, timer: () => () => {} }
  const copy = createCopy({ clock, boundMs: 100 })
  const snapshotFor = (user: string) => ({
    users: ['alice', 'bob'].map((username) => ({
      username,
      isAdministrator: false,
      keys: [keyOf(username).fingerprint],
    })),
    apps: [{ app: 'web', generation: 1, owner: user, users: [] }],
  })
  return {
    /** What a read brings that is sent at this time. */
    read(sentAt: number, owner: string, revision: number, epoch = 'epoch-1') {
      now = sentAt
      copy.replace(snapshotFor(owner), { epoch, revision }, sentAt)
    },
    ask(at: number, user: string) {
      now = at
      return copy.authorize({ app: 'web', user, key: keyOf(user) })
    },
  }
}

describe('a copy', () => {
  test('does not go back to an earlier revision, nor grow younger by it', () => {
    const { read, ask } = setUp()
    read(0, 'bob', 5)
    read(90, 'alice', 4)
    expect(ask(95, 'alice')).toMatchObject({ kind: 'denied', revision: 5, copyAgeMs: 95 })
    expect(ask(95, 'bob')).toMatchObject({ kind: 'allowed' })
    expect(ask(101, 'bob')).toEqual({ kind: 'unknown', reason: 'copy-too-old' })
  })

  test('grows younger by a read in which nothing has changed', () => {
    const { read, ask } = setUp()
    read(0, 'bob', 5)
    read(90, 'bob', 5)
    expect(ask(101, 'bob')).toMatchObject({ kind: 'allowed', copyAgeMs: 11 })
  })

  test('starts over with another epoch, whatever its revision', () => {
    const { read, ask } = setUp()
    read(0, 'bob', 5)
    read(1, 'alice', 2, 'epoch-2')
    expect(ask(2, 'alice')).toMatchObject({ kind: 'allowed', epoch: 'epoch-2', revision: 2 })
    expect(ask(2, 'bob')).toMatchObject({ kind: 'denied' })
  })
})
