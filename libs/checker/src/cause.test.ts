import { blankEvent, type HistoryEvent } from '@keyrace/contracts'
import { expect, test } from 'vitest'
import {
  type HistoryBuilder,
  history,
  type PushStory,
  type When,
} from './testing/history-builder.ts'
import { claimOf, tried } from './testing/trial.ts'

const standing = () => history().app('blue', 1, 'alice').key('alice')
/** As revision 9. */
const deleted = () =>
  standing().mutation('deleteApp', { app: 'blue', generation: 1, revision: 9 }, [3000, 3100])

/** An answer that came at once, from a copy of that age. */
const stale = (
  source: HistoryEvent['source'],
  copyAgeMs: number,
  { authRevision = 5, ...story }: Partial<PushStory> = {},
): PushStory => ({ at: [3200, 3202], source, copyAgeMs, authRevision, ...story })

function befallen(story: HistoryBuilder, at: When, reason: string, replica: string | null) {
  const fault = { ...blankEvent, proc: 'nemesis', f: 'fault', op: 'f', reason, replica } as const
  const [from, to] = at
  return story.rows({ ...fault, t: from, type: 'invoke' }, { ...fault, t: to, type: 'ok' })
}

function causeOf(story: HistoryBuilder, claimedMs = 2000) {
  const { findings } = tried(story, { arm: { claim: claimOf(claimedMs) } })
  return findings.find(({ cause }) => cause !== undefined)?.cause
}

test.each([
  ['remembered', deleted().push(stale('cache', 500))],
  ['not-heard-yet', deleted().push(stale('watch', 500))],
  ['earlier-answer', deleted().push(stale('rpc', 500))],
  ['read-meanwhile', deleted().push(stale('cache', 150))],
  ['not-applied', deleted().push(stale('watch', 10))],
  ['stale-upstream', deleted().push(stale('rpc', 0))],
  ['known-and-ignored', deleted().push(stale('cache', 10, { authRevision: 9 }))],
  ['no-evidence', deleted().push({ at: [3200, 3202] })],
  ['decided-before', deleted().push({ at: [2000, 3400], commit: [3300, 3310] })],
  ['held-back', befallen(deleted().push(stale('watch', 500)), [2900, 3300], 'cut', 'builder-1')],
  [
    'similar-name',
    deleted()
      .app('blue-green', 1, 'bob')
      .key('bob')
      .push({ at: [10, 20], user: 'bob', key: 'k-bob' }),
  ],
  [
    'other-generation',
    deleted()
      .app('blue', 2, 'bob', [3110, 3120])
      .key('bob')
      .push({ at: [3200, 3210], user: 'bob', key: 'k-bob' }),
  ],
  [
    'no-such-right',
    deleted()
      .key('bob')
      .push({ at: [10, 20], user: 'bob', key: 'k-bob' }),
  ],
])('a wrong decision is put down to its cause: %s', (code, story) => {
  expect(causeOf(story)?.code).toBe(code)
})

test('a clock that was off is to blame where the claim was broken by it, and no other clock', () => {
  const skewed = (replica: string) =>
    befallen(deleted().push(stale('cache', 500)), [100, 5000], 'clock-skew', replica)
  expect(causeOf(skewed('builder-1'), 50)?.code).toBe('wrong-clock')
  expect(causeOf(skewed('builder-1'))?.code).not.toBe('wrong-clock')
  expect(causeOf(skewed('builder-2'), 50)?.code).toBe('remembered')
})

test('what befell another builder, or only clients, has kept no news from this one', () => {
  const pushed = () => deleted().push(stale('watch', 500))
  for (const [reason, replica] of [
    ['cut', 'builder-2'],
    ['delay client → builder-1', 'builder-1'],
  ] as const) {
    expect(causeOf(befallen(pushed(), [2900, 3300], reason, replica))?.code).toBe('not-heard-yet')
  }
})

test('the sentence names the builder, and the path leads from the mutation over the fault to the decision', () => {
  const story = befallen(deleted().push(stale('watch', 500)), [2900, 3300], 'cut it off', null)
  const cause = causeOf(story)
  expect(cause?.sentence).toBe(
    'builder-1 went by what it had been told, as of revision 5, 500 ms old, and heard of nothing newer: cut it off from 2.900 s to 3.300 s',
  )
  const kinds = cause?.path.map((idx) => story.events()[idx]?.f)
  expect(new Set(kinds)).toEqual(new Set(['fault', 'deleteApp', 'admission']))
})

test('causes are counted, those of what is tolerated as well', () => {
  const { correctness } = tried(
    deleted()
      .push(stale('cache', 500))
      .push(stale('watch', 10))
      .push({ at: [10, 20] }),
  )
  // An admission and an acceptance each.
  expect(correctness.causes).toEqual({ remembered: 2, 'not-applied': 2 })
})
