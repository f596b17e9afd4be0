import { zeroSha } from '@keyrace/contracts'
import { describe, expect, test } from 'vitest'
import { faultOf } from './update-fault.ts'

const [old, next] = ['a'.repeat(40), 'b'.repeat(40)]
const updateOf = (ref: string) => ({ ref, old, new: next })

describe('the updates of a push', () => {
  test.each(['refs/heads/main', 'refs/tags/v1.0', 'refs/heads/a/b', 'refs/heads/größe'])(
    'may be about %s',
    (ref) => expect(faultOf([updateOf(ref)])).toBeUndefined(),
  )

  test.each([
    'HEAD',
    'refs/heads',
    'refs/heads/',
    'refs/heads//main',
    'refs/heads/../../config',
    'refs/heads/.hidden',
    'refs/heads/main.lock',
    'refs/heads/main.',
    'refs/heads/a b',
    'refs/heads/a\u001b[31m',
    'refs/heads/a@{1}',
    'refs/heads/a*',
    'refs/heads/a\uFFFD',
    '../refs/heads/main',
    `refs/heads/${'a'.repeat(300)}`,
  ])('may not be about %j', (ref) => expect(faultOf([updateOf(ref)])).toBeDefined())

  test('may not delete', () => {
    expect(faultOf([{ ...updateOf('refs/heads/main'), new: zeroSha }])).toContain('not deleted')
  })

  test('may not be about the same ref twice', () => {
    expect(faultOf([updateOf('refs/heads/a'), updateOf('refs/heads/a')])).toContain('twice')
  })

  test('may not be more than a release can hold', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => updateOf(`refs/heads/${index}`))
    expect(faultOf(many(1_000))).toBeUndefined()
    expect(faultOf(many(1_001))).toContain('too many')
  })

  test('must be of SHA-1', () => {
    expect(faultOf([{ ...updateOf('refs/heads/a'), new: 'b'.repeat(64) }])).toBeDefined()
  })
})
