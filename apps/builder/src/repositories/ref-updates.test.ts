import { zeroSha } from '@keyrace/contracts'
import { expect, test } from 'vitest'
import { parseUpdates } from './ref-updates.ts'

test('updates are read as git writes them', () => {
  const next = 'b'.repeat(40)
  expect(parseUpdates([`${zeroSha} ${next} refs/heads/main`])).toEqual([
    { old: zeroSha, new: next, ref: 'refs/heads/main' },
  ])
})
