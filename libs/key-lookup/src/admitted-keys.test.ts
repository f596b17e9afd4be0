import type { Change, Snapshot } from '@keyrace/contracts'
import type { Clock } from '@keyrace/environment'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createAdmittedKeys } from './admitted-keys.ts'
import { createCopy } from './copy.ts'
import type { AuthorizationRequest, Decision } from './key-lookup.ts'
import { arbitraryHistory, everyRequest } from './testing/arbitrary-history.ts'
import { realKey } from './testing/real-key.ts'

type Unnumbered<C = Change> = C extends unknown ? Omit<C, 'revision'> : never

const push = { app: 'web', user: 'alice', key: realKey('alice') }

describe('admitted keys', () => {
  test('never allow what the controller would not, whatever is admitted and taken out in whichever order', () => {
    let served = 0
    const moment = fc.record({
      /** The controller's history goes on, we are told of it, and ask about everything. */
      elapsed: fc.nat({ max: 3 }),
      isTold: fc.boolean(),
      asks: fc.boolean(),
      /** Answers can come late. */
      delay: fc.nat({ max: 3 }),
    })
    fc.assert(
      fc.property(
        arbitraryHistory,
        fc.array(moment, { minLength: 20 }),
        ({ changes, snapshots }, moments) => {
          const { admitted } = setUp()
          const decide = controllerOf(snapshots)
          let now = 0
          for (const { elapsed, isTold, asks, delay } of moments) {
            now = Math.min(now + elapsed, changes.length)
            const since = admitted.position()?.revision ?? 0
            if (isTold) admitted.apply(changes.slice(since, now), at(now), 0)
            for (const request of everyRequest) {
              const decision = decide(Math.max(now - delay, 0), request)
              if (asks && decision.kind === 'allowed') admitted.admit(request, decision, 0)
              const recalled = admitted.recall(request)
              if (recalled === undefined) continue
              served++
              const { kind, revision, generation } = recalled
              expect(decide(revision, request)).toMatchObject({ kind, generation })
            }
          }
        },
      ),
    )
    expect(served).toBeGreaterThan(1_000)
  })

  test('are those of exactly this user, key and app', () => {
    const { admitted } = setUp()
    admitted.admit(push, allowedAt(1), 0)
    expect(admitted.recall(push)).toEqual({ ...allowedAt(1), source: 'file', copyAgeMs: 0 })
    expect(admitted.user(push.key)).toBe('alice')
    const others: AuthorizationRequest[] = [
      { ...push, app: 'we' },
      { ...push, app: 'web-2' },
      { ...push, user: 'bob' },
      { ...push, user: 'alice web' },
      { ...push, key: realKey('bob') },
      { ...push, key: { ...push.key, blob: realKey('bob').blob } },
      { ...push, key: { ...push.key, fingerprint: realKey('bob').fingerprint } },
    ]
    for (const other of others) expect(admitted.recall(other)).toBeUndefined()
    expect(admitted.user({ ...push.key, blob: realKey('bob').blob })).toBeUndefined()
  })

  const app = { app: 'web', generation: 1 }
  const { fingerprint } = push.key
  test.each<Unnumbered>([
    { kind: 'deleteApp', ...app },
    { kind: 'transferApp', ...app, owner: 'bob' },
    { kind: 'revokeGrant', ...app, user: 'alice' },
    { kind: 'removeKey', user: 'alice', fingerprint },
    { kind: 'deleteUser', user: 'alice' },
  ])('are not those that may have ended by %j', (change) => {
    const { admitted } = setUp()
    admitted.admit(push, allowedAt(1), 0)
    expect(admitted.apply([{ revision: 2, ...change }], at(2), 0)).toBe(true)
    expect(admitted.recall(push)).toBeUndefined()
  })

  test.each<Unnumbered>([
    { kind: 'deleteApp', ...app, app: 'we' },
    { kind: 'transferApp', ...app, owner: 'alice' },
    { kind: 'revokeGrant', ...app, user: 'bob' },
    { kind: 'removeKey', user: 'alice', fingerprint: realKey('bob').fingerprint },
    { kind: 'deleteUser', user: 'bob' },
    { kind: 'grant', ...app, user: 'alice' },
  ])('stay after %j', (change) => {
    const { admitted } = setUp()
    admitted.admit(push, allowedAt(1), 0)
    expect(admitted.apply([{ revision: 2, ...change }], at(2), 0)).toBe(true)
    expect(admitted.recall(push)).toMatchObject({ kind: 'allowed', revision: 2 })
  })

  test('are as old as the question after which everything that had ended was taken out', () => {
    const { admitted, setNow } = setUp()
    admitted.admit(push, allowedAt(1), 10)
    setNow(60)
    admitted.admit({ ...push, app: 'shop' }, allowedAt(1), 55)
    setNow(109.999)
    expect(admitted.recall(push)).toMatchObject({ copyAgeMs: 99.999 })
    setNow(110)
    expect(admitted.recall(push)).toBeUndefined()
    expect(admitted.user(push.key)).toBeUndefined()
    admitted.apply([], at(1), 100)
    expect(admitted.recall(push)).toMatchObject({ copyAgeMs: 10 })
  })

  test('are not those that a change may have ended while they were asked for', () => {
    const { admitted } = setUp()
    admitted.admit({ ...push, app: 'shop' }, allowedAt(1), 0)
    const change = { revision: 2, kind: 'revokeGrant', app: 'web', generation: 1 } as const
    admitted.apply([{ ...change, user: 'alice' }], at(2), 5)
    admitted.admit(push, allowedAt(1), 0)
    expect(admitted.recall(push)).toBeUndefined()
    expect(admitted.recall({ ...push, app: 'shop' })).toMatchObject({
      kind: 'allowed',
      revision: 2,
    })
  })

  test('stay as they are, and grow old, where changes do not continue from their position', () => {
    const { admitted, setNow } = setUp()
    admitted.admit(push, allowedAt(1), 0)
    const late = { revision: 3, kind: 'removeKey', user: 'alice' } as const
    const changes = [{ ...late, fingerprint: push.key.fingerprint }]
    expect(admitted.apply(changes, at(3), 50)).toBe(false)
    expect(admitted.apply([], at(1, 'epoch-2'), 50)).toBe(false)
    setNow(100)
    expect(admitted.recall(push)).toBeUndefined()
  })

  test('are all void once an answer of another epoch comes', () => {
    const { admitted } = setUp()
    admitted.admit(push, allowedAt(9), 0)
    admitted.admit({ ...push, app: 'shop' }, { ...allowedAt(9), epoch: 'epoch-2' }, 0)
    expect(admitted.position()).toBeUndefined()
    for (const app of ['web', 'shop']) expect(admitted.recall({ ...push, app })).toBeUndefined()
  })

  test('are no more than their bound, without those that were admitted first', () => {
    const { admitted } = setUp()
    const names = ['a', 'b', 'c', 'd', 'e']
    for (const name of names) admitted.admit({ ...push, key: realKey(name) }, allowedAt(1), 0)
    expect(names.map((name) => admitted.user(realKey(name)))).toEqual([
      undefined,
      ...Array(4).fill('alice'),
    ])
    for (let n = 0; n < 1_000; n++) admitted.admit({ ...push, app: `app-${n}` }, allowedAt(1), 0)
    expect(admitted.render().match(/ app-\d+:1/g)).toHaveLength(100)
    expect(admitted.recall({ ...push, app: 'app-999' })).toBeDefined()
  })
})

describe('admitted keys on file', () => {
  test('are not served before they were confirmed once, and then without what has ended', () => {
    const { admitted } = setUp()
    admitted.admit(push, allowedAt(4), 0)
    admitted.admit({ ...push, app: 'shop' }, allowedAt(5), 0)
    const { admitted: restored } = setUp()
    restored.restore(admitted.render())
    expect(restored.position()).toEqual(at(4))
    for (const app of ['web', 'shop']) expect(restored.recall({ ...push, app })).toBeUndefined()
    expect(restored.user(push.key)).toBeUndefined()
    const grant = { revision: 5, kind: 'grant', app: 'shop', generation: 1, user: 'alice' } as const
    const deletion = { revision: 6, kind: 'deleteApp', app: 'web', generation: 1 } as const
    expect(restored.apply([grant, deletion], at(6), 0)).toBe(true)
    expect(restored.recall(push)).toBeUndefined()
    expect(restored.recall({ ...push, app: 'shop' })).toMatchObject({ revision: 6 })
  })

  test('are confirmed by no answer to a push', () => {
    const { admitted } = setUp()
    admitted.admit(push, allowedAt(4), 0)
    const { admitted: restored } = setUp()
    restored.restore(admitted.render())
    restored.admit({ ...push, app: 'shop' }, allowedAt(9), 0)
    expect(restored.recall(push)).toBeUndefined()
  })

  test.each([
    ['nothing', ''],
    ['a torn note', '# keyrace epoch-1.4'],
    ['no note', 'restrict,command="keyrace-receive alice SHA256:a web:1" ssh-ed25519 AAAA\n'],
    ['the note of somebody else', '# my keys\n'],
    ['a note without a position', '# keyrace epoch-1\n'],
    ['bytes', '\0\uFFFD\n\0'],
  ])('are none where the file holds %s', (_, text) => {
    const { admitted } = setUp()
    admitted.admit(push, allowedAt(1), 0)
    admitted.restore(text)
    expect(admitted.position()).toBeUndefined()
    expect(admitted.recall(push)).toBeUndefined()
  })
})

function setUp() {
  let now = 0
  // The wall clock stands still: whoever went by it would find everything young.
  const clock: Clock = { now: () => now, wall: () => 0, timer: () => () => {} }
  return {
    admitted: createAdmittedKeys({ clock, boundMs: 100, maxEntries: 4 }),
    setNow(next: number) {
      now = next
    },
  }
}

/** What the controller answers as of a revision. */
function controllerOf(snapshots: readonly Snapshot[]) {
  const clock: Clock = { now: () => 0, wall: () => 0, timer: () => () => {} }
  const copies = snapshots.map((snapshot, revision) => {
    const copy = createCopy({ clock, boundMs: 1 })
    copy.replace(snapshot, at(revision), 0)
    return copy
  })
  const unknown: Decision = { kind: 'unknown', reason: 'no such revision' }
  return (revision: number, request: AuthorizationRequest) =>
    copies[revision]?.authorize(request) ?? unknown
}

function at(revision: number, epoch = 'epoch-1') {
  return { epoch, revision }
}

function allowedAt(revision: number) {
  return { kind: 'allowed', generation: 1, source: 'rpc', ...at(revision), copyAgeMs: 0 } as const
}
