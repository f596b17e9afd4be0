import { expect, test } from 'vitest'
import { createFirstSeen } from './first-seen.ts'

test('time counts from the first sight, anew under another epoch and after an absence', () => {
  let now = 0
  const seen = createFirstSeen({ now: () => now, wall: () => 0, timer: () => () => {} })
  const at = (ms: number, name: string, epoch = 'e') => {
    now = ms
    return seen.seenForMs(name, epoch)
  }
  expect([at(10, 'a'), at(20, 'b'), at(30, 'a')]).toEqual([0, 0, 20])
  expect([at(40, 'a', 'restored'), at(45, 'a', 'restored')]).toEqual([0, 5])
  seen.keep(new Set(['a']))
  expect([at(50, 'a', 'restored'), at(60, 'b')]).toEqual([10, 0])
})
