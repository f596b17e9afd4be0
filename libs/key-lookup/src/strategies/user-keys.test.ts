import type { KeysByUser } from '@keyrace/contracts'
import { describe, expect, test } from 'vitest'
import { answering } from '../testing/answering.ts'
import { keyOf } from '../testing/key-of.ts'
import { userKeys } from './user-keys.ts'

const push = { app: 'web', user: 'alice', key: keyOf('alice') }

describe('user-keys', () => {
  test('takes a key by its whole blob and never by a part of it', async () => {
    const { fingerprint } = push.key
    const lookup = lookupOn({ alice: [{ key: 'ssh-ed25519 AAAABBBBCCCC', fingerprint }] })
    const decide = (blob: string) => lookup.authorize({ ...push, key: { fingerprint, blob } })
    expect(await decide('AAAABBBBCCCC')).toMatchObject({ kind: 'allowed', generation: 1 })
    for (const blob of ['CCCC', 'BBBB', 'AAAA', 'AAAABBBBCCCCDDDD', '']) {
      expect(await decide(blob)).toMatchObject({ kind: 'denied', code: 'key-not-found' })
    }
  })

  test.each<KeysByUser>([
    {},
    { mallory: [{ key: `ssh-ed25519 ${push.key.blob}`, fingerprint: push.key.fingerprint }] },
  ])('does not know what to make of an answer without the user: %j', async (body) => {
    for (const user of ['alice', 'constructor']) {
      const decision = await lookupOn(body).authorize({ ...push, user })
      expect(decision).toEqual({ kind: 'unknown', reason: 'malformed' })
    }
  })
})

function lookupOn(body: KeysByUser) {
  return userKeys.create(answering(body), { timeoutMs: 1 })
}
