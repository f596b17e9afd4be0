import { blankEvent, type Claim } from '@keyrace/contracts'
import { expect, test } from 'vitest'
import { history } from './testing/history-builder.ts'
import { broken, claimOf, tried } from './testing/trial.ts'

/** A builder lets somebody in a second after the deletion, and meanwhile something has befallen it. */
function held(
  outage: Claim['outage'],
  { claimedMs = 500, replica = 'builder-1', until = 4500 } = {},
) {
  const fault = {
    ...blankEvent,
    proc: 'nemesis',
    f: 'fault',
    op: 'f',
    replica,
    reason: 'cut',
  } as const
  const story = history()
    .app('blue', 1, 'alice')
    .key('alice')
    .mutation('deleteApp', { app: 'blue', generation: 1 }, [3000, 3100])
    .rows({ ...fault, t: 2000, type: 'invoke' }, { ...fault, t: until, type: 'ok' })
    .push({ at: [4100, 4110] })
  return broken(tried(story, { arm: { claim: { ...claimOf(claimedMs), outage } } })).length === 0
}

test.each([
  ['fail-closed holds under every fault', held({ kind: 'fail-closed' }), false],
  ['a longer bound counts while the fault lasts', held({ kind: 'bounded', ms: 1000 }), true],
  ['and no longer than it says', held({ kind: 'bounded', ms: 999 }), false],
  ['a shorter one takes nothing away', held({ kind: 'bounded', ms: 1 }, { claimedMs: 1000 }), true],
  [
    'nothing may be missed where nothing is claimed to be',
    held({ kind: 'bounded', ms: 5000 }, { claimedMs: 0 }),
    false,
  ],
  ['unbounded excuses everything', held({ kind: 'unbounded' }, { claimedMs: 0 }), true],
  [
    'but not what befell another builder',
    held({ kind: 'unbounded' }, { replica: 'builder-2' }),
    false,
  ],
  ['nor what was over before', held({ kind: 'unbounded' }, { until: 3050 }), false],
])('in an outage: %s', (_, isHeld, expected) => {
  expect(isHeld).toBe(expected)
})
