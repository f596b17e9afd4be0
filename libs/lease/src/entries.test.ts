import type { Invalidation } from '@keyrace/contracts'
import { expect, test } from 'vitest'
import {
  createEntries,
  forget,
  ownerOf,
  recall,
  rememberAllowed,
  rememberOwner,
} from './entries.ts'

const right = { app: 'web', user: 'bob', fingerprint: 'k1' }
const other = { app: 'shop', user: 'bob', fingerprint: 'k2' }
const origin = { epoch: 'e', revision: 7, askedAt: 1 }

test.each<[Invalidation, object | undefined, object | undefined]>([
  [{ kind: 'key', fingerprint: 'k1' }, undefined, { generation: 1 }],
  [{ kind: 'app', app: 'web' }, undefined, { generation: 1 }],
  [{ kind: 'grant', app: 'web', user: 'bob' }, undefined, { generation: 1 }],
  [{ kind: 'grant', app: 'web', user: 'alice' }, { generation: 1 }, { generation: 1 }],
  [{ kind: 'user', user: 'bob' }, undefined, undefined],
])('%j takes away what it names', (invalidation, first, second) => {
  const entries = remembering(right, other)
  forget(entries, [invalidation])
  const generation = (found: { generation: number } | undefined) =>
    found && { generation: found.generation }
  expect(generation(recall(entries, right))).toEqual(first)
  expect(generation(recall(entries, other))).toEqual(second)
})

test('a permission on one generation is none on the next', () => {
  const entries = remembering(right)
  const alice = { app: 'web', user: 'alice', fingerprint: 'k3', generation: 2 }
  rememberAllowed(entries, alice, origin, 9)
  expect(recall(entries, alice)).toMatchObject({ generation: 2 })
  expect(recall(entries, right)).toBeUndefined()
})

test('a key that has changed hands serves nobody but its owner', () => {
  const entries = remembering(right)
  rememberOwner(entries, { fingerprint: 'k1', user: 'alice' }, origin, 9)
  expect(ownerOf(entries, 'k1')).toBe('alice')
  expect(recall(entries, right)).toBeUndefined()
})

test('what rests on several answers is as old as the oldest', () => {
  const entries = remembering(right)
  rememberOwner(entries, right, { ...origin, revision: 3, askedAt: 0 }, 9)
  expect(recall(entries, right)).toEqual({ ...origin, generation: 1, revision: 3, askedAt: 0 })
})

test('names that run together are not taken for each other', () => {
  const entries = remembering({ ...right, app: 'a', user: 'b,c' })
  expect(recall(entries, { ...right, app: 'a,b', user: 'c' })).toBeUndefined()
})

function remembering(...rights: (typeof right)[]) {
  const entries = createEntries()
  for (const allowed of rights) rememberAllowed(entries, { ...allowed, generation: 1 }, origin, 9)
  return entries
}
