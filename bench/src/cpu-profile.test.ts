import { expect, test } from 'vitest'
import { selfTimes } from './cpu-profile.ts'

const frame = (functionName: string, url = '', lineNumber = -1) => {
  return { functionName, url, lineNumber }
}

test('time in a function is its own, per push, within the span, and never idle', () => {
  const profile = {
    nodes: [
      { id: 1, callFrame: frame('(idle)') },
      { id: 2, callFrame: frame('spawn', 'file:///a/b/child.ts', 9) },
      { id: 3, callFrame: frame('sign', 'node:crypto', 0) },
      { id: 4, callFrame: frame('spawn', 'file:///a/b/child.ts', 9) },
    ],
    startTime: 1_000_000,
    //        start-up  2 ms  4 ms  5 ms  6 ms  too late
    samples: [2, 2, 3, 1, 4, 3],
    timeDeltas: [5_000, 2_000, 4_000, 5_000, 6_000, 90_000],
  }
  expect(selfTimes(profile, { from: 1_006, to: 1_050, pushes: 2 })).toEqual([
    { name: 'spawn b/child.ts:10', ms: 4 },
    { name: 'sign node:crypto:1', ms: 2 },
  ])
})
