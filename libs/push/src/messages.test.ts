import { errors } from '@keyrace/contracts'
import { describe, expect, test } from 'vitest'
import { messages } from './messages.ts'

describe('what a pusher reads', () => {
  const denials = ['app-not-found', 'user-not-found', 'key-not-found', 'forbidden'] as const
  test.each([
    ...denials.map((code) => messages.denied(code, 'myapp', 'alice')),
    ...Object.keys(errors).map((code) => messages.refusedAtCommit(code, 'myapp')),
    messages.unavailable('timeout'),
    messages.busy('myapp', 'builder-1, alice', 12_345),
    messages.behind('myapp'),
    messages.storage('ENOSPC'),
    messages.lockLost,
    messages.indeterminate('release-not-settled'),
  ])('is one line that fits a packet: %s', (message) => {
    expect(message).toMatch(/^[\p{L}\p{N}\p{P} ]{20,200}$/u)
  })

  test('never says that nothing was changed without saying why', () => {
    expect(messages.refusedAtCommit('something-new', 'myapp')).toContain('something-new')
  })
})
