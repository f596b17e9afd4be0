import { expect, test } from 'vitest'
import { history } from './testing/history-builder.ts'
import { claimOf, tried } from './testing/trial.ts'

const standing = () => history().app('blue', 1, 'alice').key('alice')
const deleted = () => standing().mutation('deleteApp', { app: 'blue', generation: 1 }, [3000, 3100])
const roomOf = (story: ReturnType<typeof history>, terms = {}) =>
  tried(story, terms).correctness.headRoomMs

test('what is left of a bound is what the stalest decision left of it, below zero where it is broken', () => {
  const story = deleted()
    .push({ at: [3500, 3600] })
    .push({ at: [4100, 4200] })
  expect(roomOf(story)?.revocation).toEqual({ app: 1000, permission: null, key: null })
  expect(roomOf(deleted().push({ at: [6100, 6200] }))?.revocation.app).toBe(-1000)
})

test('who raced a mutation and was not stale left all of it', () => {
  expect(roomOf(deleted().push({ at: [3050, 3300] }))?.revocation.app).toBe(2000)
})

test('who came before it, or raced nothing, or has no bound says nothing', () => {
  expect(roomOf(deleted().push({ at: [10, 20] }))?.revocation.app).toBeNull()
  expect(roomOf(standing().push({ at: [10, 20] }))?.revocation.app).toBeNull()
  const unbounded = { arm: { claim: claimOf(null) } }
  expect(roomOf(deleted().push({ at: [4100, 4200] }), unbounded)?.revocation.app).toBeNull()
})

test('a denial of what had just been granted counts for grants', () => {
  const added = standing().mutation('addKey', { user: 'alice', key: 'new' }, [1000, 1100])
  const story = added.push({ at: [1600, 1700], key: 'new', outcome: 'denied' })
  expect(roomOf(story)?.grant).toEqual({ app: null, permission: null, key: 1500 })
})
