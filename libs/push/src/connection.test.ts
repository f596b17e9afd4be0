import type { Identification, OfferedKey } from '@keyrace/key-lookup'
import { describe, expect, test } from 'vitest'
import { createConnection } from './connection.ts'
import { createTickingClock } from './testing/fakes.ts'

const aliceKey: OfferedKey = { fingerprint: 'SHA256:a', blob: 'AAAA' }
const bobKey: OfferedKey = { fingerprint: 'SHA256:b', blob: 'BBBB' }

function connect(answers: Record<string, Identification>) {
  const asked: string[] = []
  const connection = createConnection({
    clock: createTickingClock(),
    lookup: {
      async identify({ fingerprint }) {
        asked.push(fingerprint)
        return answers[fingerprint] ?? { kind: 'unknown-key' }
      },
    },
  })
  return { connection, asked }
}

const known: Record<string, Identification> = {
  [aliceKey.fingerprint]: { kind: 'user', user: 'alice' },
  [bobKey.fingerprint]: { kind: 'user', user: 'bob' },
}

describe('a connection', () => {
  test('has no identity before a signature', async () => {
    const { connection } = connect(known)
    expect(connection.identity()).toBeUndefined()
    expect(await connection.probe(aliceKey)).toBe(true)
    expect(connection.identity()).toBeUndefined()
  })

  test('asks once from a key’s probe to its signature', async () => {
    const { connection, asked } = connect(known)
    await connection.probe(aliceKey)
    expect(await connection.authenticate(aliceKey)).toBe(true)
    expect(connection.identity()).toMatchObject({ user: 'alice', key: aliceKey })
    expect(asked).toEqual([aliceKey.fingerprint])
  })

  test('asks when a signature comes without a probe', async () => {
    const { connection, asked } = connect(known)
    expect(await connection.authenticate(aliceKey)).toBe(true)
    expect(asked).toEqual([aliceKey.fingerprint])
  })

  test.each([
    ['offered before', [aliceKey, bobKey]],
    ['offered last', [bobKey, aliceKey]],
    ['offered twice', [aliceKey, aliceKey]],
  ])('speaks for the key that signed and not for one %s', async (_, offered) => {
    const { connection } = connect(known)
    for (const key of offered) await connection.probe(key)
    await connection.authenticate(bobKey)
    expect(connection.identity()).toMatchObject({ user: 'bob', key: bobKey })
  })

  test('does not remember an answer longer than to one signature', async () => {
    const answers = { ...known }
    const { connection, asked } = connect(answers)
    await connection.probe(aliceKey)
    await connection.authenticate(aliceKey)
    delete answers[aliceKey.fingerprint]
    expect(await connection.authenticate(aliceKey)).toBe(false)
    expect(asked).toHaveLength(2)
  })

  test('does not know a stranger, however valid the signature', async () => {
    const { connection } = connect({})
    expect(await connection.probe(aliceKey)).toBe(false)
    expect(await connection.authenticate(aliceKey)).toBe(false)
    expect(connection.identity()).toBeUndefined()
  })

  test('is admitted without a user when nobody could say whose key it is', async () => {
    const { connection } = connect({ 'SHA256:a': { kind: 'unavailable', reason: 'timeout' } })
    expect(await connection.probe(aliceKey)).toBe(true)
    expect(await connection.authenticate(aliceKey)).toBe(true)
    expect(connection.identity()).toMatchObject({ user: undefined, reason: 'timeout' })
  })
})
