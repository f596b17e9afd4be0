import Value from 'typebox/value'
import { expect, test } from 'vitest'
import { AnyFingerprint, AppName, PushId, RefName, Username } from './identifiers.ts'

test.each([
  ['app name', AppName, ['a', 'myapp', 'my-app-2', 'a'.repeat(63)]],
  ['username', Username, ['alice', 'Alice_1', 'a.b@c+d-e', '_']],
  ['push id', PushId, ['push-1', 'arm:replica.1_2']],
  ['ref name', RefName, ['refs/heads/main', "refs/heads/it's", 'refs/tags/v1.0']],
  ['fingerprint', AnyFingerprint, [`SHA256:${'a+/'.repeat(14)}A`, Array(16).fill('0f').join(':')]],
])('every good %s is one', (_, schema, good) => {
  expect(good.filter((value) => !Value.Check(schema, value))).toEqual([])
})

// These reach file names, arguments and queries.
test.each([
  ['app name', AppName, ['', '-u', '../x', "a'b", 'a\nb', 'a\n', 'A', 'a_b', 'a-', '1a', 'a/b']],
  ['long app name', AppName, ['a'.repeat(64), 'a'.repeat(4096)]],
  ['username', Username, ['', '-u', '.', 'a/b', 'a b', 'a\n', 'ä']],
  ['push id', PushId, ['', 'a b', 'a/b', 'a\n', 'a'.repeat(101)]],
  [
    'ref name',
    RefName,
    ['main', 'refs/', 'refs/heads/a b', 'refs/heads/a\n', 'refs/a\0', 'refs/~1'],
  ],
  ['fingerprint', AnyFingerprint, ['', 'SHA256:', `SHA256:${'a'.repeat(44)}`, 'SHA256:\n']],
])('no bad %s is one', (_, schema, bad) => {
  expect(bad.filter((value) => Value.Check(schema, value))).toEqual([])
})
