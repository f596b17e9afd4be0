import { describe, expect, test } from 'vitest'
import {
  type AuthorizedKey,
  findAuthorizedKey,
  parseAuthorizedKeys,
  renderAuthorizedKeys,
} from './authorized-keys.ts'
import { realKey } from './testing/real-key.ts'

const alice = { user: 'alice', key: realKey('alice'), apps: [{ app: 'web', generation: 1 }] }
const bob = {
  user: 'bob.b+b@example-1.org',
  key: realKey('bob'),
  apps: [
    { app: 'shop', generation: 12 },
    { app: 'web', generation: 1 },
  ],
}
const carol = { user: 'carol', key: realKey('carol'), apps: [] }
const everybody = [alice, bob, carol]
const text = renderAuthorizedKeys(everybody, 'as of epoch-1.7')

describe('an authorized_keys file', () => {
  test('is one line a key, with who it is and where they may push', () => {
    expect(text.split('\n').slice(0, 2)).toEqual([
      '# as of epoch-1.7',
      `restrict,command="keyrace-receive alice ${alice.key.fingerprint} web:1" ssh-ed25519 ${alice.key.blob}`,
    ])
  })

  test('can be read back', () => {
    expect(parseAuthorizedKeys(text)).toEqual({ note: 'as of epoch-1.7', keys: everybody })
    expect(parseAuthorizedKeys(renderAuthorizedKeys([]))).toEqual({ note: '', keys: [] })
  })

  test('says nothing that was not written into it, wherever it is cut off', () => {
    for (let end = 0; end < text.length; end++) {
      const { keys } = parseAuthorizedKeys(text.slice(0, end))
      expect(keys).toEqual(everybody.slice(0, keys.length))
      expect(keys.length).toBeLessThan(everybody.length)
    }
  })

  test.each<[string, Partial<AuthorizedKey>]>([
    ['a user with a line of its own', { user: `x\nrestrict,command="keyrace-receive` }],
    ['a user with a quote', { user: 'x",no-pty,command="sh' }],
    ['a user with a blank', { user: 'alice bob' }],
    ['a user without a name', { user: '' }],
    ['an app with a blank', { apps: [{ app: 'web:1 shop', generation: 1 }] }],
    ['a fingerprint that is none', { key: { ...alice.key, fingerprint: 'SHA256:a b' } }],
    ['a blob that is no key', { key: { ...alice.key, blob: btoa('no key') } }],
    ['a blob with a line of its own', { key: { ...alice.key, blob: `AAAA\nssh-rsa AAAA` } }],
  ])('never holds %s', (_, wrong) => {
    expect(renderAuthorizedKeys([{ ...alice, ...wrong }, bob])).toBe(renderAuthorizedKeys([bob]))
  })

  test('passes over what somebody else has written into it', () => {
    const foreign = [
      `ssh-ed25519 ${realKey('eve').blob} eve@laptop`,
      `command="keyrace-receive eve ${realKey('eve').fingerprint} web:1" ssh-ed25519 ${realKey('eve').blob}`,
      `restrict,command="other eve" ssh-ed25519 ${realKey('eve').blob}`,
      'restrict,command="keyrace-receive',
      '',
      '# a word',
    ]
    expect(parseAuthorizedKeys(`${text}${foreign.join('\n')}\n`).keys).toEqual(everybody)
    expect(parseAuthorizedKeys(`${foreign.join('\n')}\n`)).toEqual({ note: undefined, keys: [] })
  })
})

describe('going through an authorized_keys file', () => {
  test.each([alice, bob, carol])('finds the line of $user', (line) => {
    expect(findAuthorizedKey(text, line.key)).toEqual(line)
  })

  test('finds nothing for a key that is not there, a part of one, or another fingerprint', () => {
    expect(findAuthorizedKey(text, realKey('eve'))).toBeUndefined()
    for (const blob of [alice.key.blob.slice(4), alice.key.blob.slice(0, -4), '', 'web:1"']) {
      expect(findAuthorizedKey(text, { ...alice.key, blob })).toBeUndefined()
    }
    const { fingerprint } = bob.key
    expect(findAuthorizedKey(text, { ...alice.key, fingerprint })).toBeUndefined()
  })

  test('takes the first of two lines, as sshd does', () => {
    const twice = renderAuthorizedKeys([alice, { ...alice, user: 'mallory' }])
    expect(findAuthorizedKey(twice, alice.key)).toMatchObject({ user: 'alice' })
  })
})
