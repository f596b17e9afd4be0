import type { ArmResult, Comparison, Run } from '@keyrace/contracts'
import { expect, test } from 'vitest'
import { answerOf } from './answer.ts'
import { exampleCurves, exampleRun, fingerprintArm, pollArm } from './testing/example-run.ts'

const pollInRace =
  'poll let in 387 pushes after their app was deleted, accepting 384 of them, up to 991 ms late, within its claim of 2 s, and turned away 2 that had the right'

function compared(changes: Partial<Comparison>): Comparison {
  const [comparison] = exampleRun().comparisons
  if (comparison === undefined) throw new Error('the example compares nothing')
  return { ...comparison, ratio: 0.74, ci95: [0.71, 0.78], ...changes }
}

function raced(arm: ArmResult, correctness: Partial<ArmResult['correctness']>): ArmResult {
  return { ...arm, correctness: { ...arm.correctness, ...correctness } }
}

const answered = (changes: Partial<Run>) => answerOf(exampleRun(changes))

test('a run of two strategies is answered in two sentences: what it costs, and who was let in', () => {
  expect(answerOf(exampleRun())).toEqual([
    'At a service time of 0.3 ms a push with poll took ×0.98 [0.94, 1.03] the time of one with fingerprint: equivalent; at 10 ms ×0.76 [0.72, 0.79]: better (9.8 ms saved).',
    `fingerprint let in none of 600 (below 0.5 %); ${pollInRace}.`,
  ])
})

test.each<[string, Partial<Comparison>, string]>([
  [
    'better',
    { verdict: 'better', difference: { mean: -10.2, ci95: [-12, -8] } },
    'better (10.2 ms saved).',
  ],
  ['worse', { verdict: 'worse', difference: { mean: 4.14, ci95: [3, 5] } }, 'worse (4.1 ms more).'],
  ['better without a difference', { verdict: 'better', difference: null }, ': better.'],
  [
    'inconclusive',
    { verdict: 'inconclusive', morePairs: 12 },
    'inconclusive, needs about 12 more pairs.',
  ],
  [
    'inconclusive by a little',
    { verdict: 'inconclusive', morePairs: 1 },
    'needs about one more pair.',
  ],
  ['inconclusive for ever', { verdict: 'inconclusive', morePairs: null }, ': inconclusive.'],
  [
    'unproven',
    { verdict: 'unproven', reasons: ['fingerprint differed from a twin of itself by ×1.20'] },
    'unproven, because fingerprint differed from a twin of itself by ×1.20.',
  ],
  [
    'unproven for several reasons',
    { verdict: 'unproven', reasons: ['the twin moved', 'b', 'c'] },
    'unproven, because the twin moved (and 2 more reasons).',
  ],
  [
    'not compared',
    { ratio: null, ci95: null },
    'there were too few pairs to compare poll with fingerprint.',
  ],
  [
    'without an interval',
    { ci95: null, verdict: 'equivalent' },
    'took ×0.74 the time of one with fingerprint: equivalent.',
  ],
])('a comparison that is %s says so', (_, changes, end) => {
  const [sentence = ''] = answered({ comparisons: [compared(changes)] })
  expect(sentence.endsWith(end), sentence).toBe(true)
})

test('an unproven comparison is never told as better or worse', () => {
  const [sentence] = answered({ comparisons: [compared({ verdict: 'unproven', reasons: ['x'] })] })
  expect(sentence).not.toMatch(/better|worse|saved|equivalent/)
})

test('the same doubt at the next service time is not told twice', () => {
  const doubtful = { verdict: 'unproven' as const, reasons: ['the twin moved'] }
  const comparisons = [compared(doubtful), compared({ ...doubtful, serviceTimeMs: 10 })]
  expect(answered({ comparisons })[0]).toMatch(
    /the twin moved; at 10 ms .*: unproven, for the same reason\.$/,
  )
})

test('each rival has a sentence of its own', () => {
  const comparisons = [
    compared({}),
    compared({ a: 'watch' }),
    compared({ a: 'watch', serviceTimeMs: 10 }),
  ]
  const sentences = answered({ comparisons }).filter((sentence) => sentence.includes('took'))
  expect(sentences).toHaveLength(2)
  expect(sentences[1]).toMatch(/a push with watch took .*; at 10 ms /)
})

test('where nothing was compared, medians stand beside each other and none is called better', () => {
  const [sentence] = answered({ comparisons: [] })
  expect(sentence).toBe(
    'At the median a push took, at a service time of 0.3 ms, 38.1 ms with fingerprint and 36.6 ms with poll; at a service time of 10 ms, 57.5 ms with fingerprint and 46.3 ms with poll.',
  )
})

test('simulated time is not told as the time of a push', () => {
  const sentences = answered({ comparisons: [], mode: 'sim' })
  expect(sentences[0]).toContain('says nothing about real pushes')
  expect(sentences.join()).not.toContain('a push took')
})

test('times without native cryptography come with their caveat', () => {
  const environment = { ...exampleRun().environment, nativeCrypto: false }
  expect(answered({ comparisons: [], environment })[1]).toContain('Latency is unproven')
})

test.each<[string, ArmResult, string]>([
  ['let in nothing', fingerprintArm(), 'fingerprint let in none of 600 (below 0.5 %).'],
  [
    'let in nothing in a race or two, which bounds nothing',
    {
      ...fingerprintArm(),
      races: {
        planned: 2,
        held: 2,
        perReplica: [{ replica: 'builder-1', held: 2 }],
        byMutation: [],
      },
    },
    'fingerprint let in none of 2.',
  ],
  [
    'let in one',
    raced(pollArm(), { staleAdmissions: 1, staleAccepts: 1, staleRejects: 0 }),
    'poll let in one push after their app was deleted, up to 991 ms late, within its claim of 2 s.',
  ],
  [
    'broke its claim',
    raced(pollArm(), { staleAcceptsBeyondClaim: 3, staleRejects: 0, verdict: 'broken' }),
    'poll let in 387 pushes after their app was deleted, accepting 384 of them, up to 991 ms late, beyond its claim of 2 s.',
  ],
  [
    'was turned back at the commit',
    raced(pollArm(), {
      staleAccepts: 0,
      staleRejects: 0,
      lateRejections: 390,
      wastedBytes: 198_144,
    }),
    'poll let in 387 pushes after their app was deleted, accepting none of them, up to 991 ms late, within its claim of 2 s, and turned back 390 only at the commit, after 198.1 kB of upload.',
  ],
  [
    'broke something else',
    raced(fingerprintArm(), { violations: { 'forked-history': 2 }, verdict: 'broken' }),
    'fingerprint let in none of 600 (below 0.5 %), and broke 2 × forked-history.',
  ],
  [
    'was not raced enough',
    raced(pollArm(), { verdict: 'vacuous' }),
    'poll raced too little to be judged.',
  ],
])('an arm that %s', (_, arm, sentence) => {
  expect(answered({ arms: [arm] }).at(-1)).toBe(sentence)
})

test('what ended the right is told by the scenario, and in general where it is another', () => {
  expect(answered({ scenario: 'revocation-race' }).at(-1)).toContain(
    'after their key or permission was taken away',
  )
  expect(answered({ scenario: 'mine' }).at(-1)).toContain('after the right to it had ended')
})

test('a skipped arm has no part in the answer', () => {
  const arms = [{ ...pollArm(), skipped: { reason: 'no etcd here' } }]
  expect(answered({ arms, comparisons: [] })).toEqual(['No push was timed.', 'No arm was judged.'])
})

test('arms that did the same are told of in one clause', () => {
  const arms = [fingerprintArm(), pollArm(), { ...fingerprintArm(), name: 'lease' }]
  expect(answered({ arms }).at(-1)).toBe(
    `fingerprint and lease each let in none of 600 (below 0.5 %); ${pollInRace}.`,
  )
})

test('pushes and lookups are told of by the ends of their curves, and of other curves nothing', () => {
  const arms = [
    { ...fingerprintArm(), races: { planned: 0, held: 0, perReplica: [], byMutation: [] } },
  ]
  expect(answered({ comparisons: [], arms, curves: exampleCurves() }).slice(1)).toEqual([
    'Push latency from 1 to 1,000 keys of the user: fingerprint 36.2 → 36.2 ms (no clear change); user-keys 36.4 → 45.4 ms.',
    'Lookups per second from 1 to 1,000 keys of the user: GET hooks/key/:fingerprint 5,210 → 5,210 /s (no clear change); GET hooks/keys/:app/:user 4,200 → 1,200 /s.',
  ])
})

test('an end that was not measured is a dash, and what has no interval is not doubted', () => {
  const [curve] = exampleCurves()
  if (curve === undefined) throw new Error('the example has no curve')
  const [first, ...points] = curve.points.map((point) => ({ ...point, ci95: null }))
  if (first === undefined) throw new Error('the example curve has no point')
  const curves = [curve, { ...curve, points: [{ ...first, y: null }, ...points] }]
  expect(answered({ comparisons: [], curves })[1]).toBe(
    'Push latency from 1 to 1,000 keys of the user: fingerprint 36.2 → 36.2 ms (no clear change); fingerprint — → 36.2 ms.',
  )
  expect(answered({ comparisons: [], curves: [{ ...curve, points: [first] }] })[1]).not.toContain(
    'Push latency',
  )
})

test('where rights were given, who was turned away is told against the claim', () => {
  const byMutation = [{ effect: 'grant', ground: 'app', held: 200 }] as const
  const ofGrants = (arm: ArmResult) => ({
    ...arm,
    races: { ...arm.races, byMutation: [...byMutation] },
    correctness: { ...arm.correctness, staleAdmissions: 0, staleAccepts: 0 },
  })
  const arms = [ofGrants(fingerprintArm()), ofGrants(pollArm())]
  expect(answered({ scenario: 'add-then-push', arms }).at(-1)).toBe(
    'fingerprint turned away none of 600 (below 0.5 %); poll turned away 2 that had the right, up to 12.5 ms late, within its claim of 2 s.',
  )
})

test('how the right was lost is said once, however many were stale', () => {
  const arms = ['poll', 'watch', 'etcd'].map((name, index) => ({
    ...raced(pollArm(), { staleAdmissions: index + 2, staleAccepts: index + 2, staleRejects: 0 }),
    name,
  }))
  const told = answered({ arms }).at(-1)
  expect(told?.match(/after their app was deleted/g)).toHaveLength(1)
  expect(told).toContain('watch let in 3 pushes, up to 991 ms late')
})

test('who was let in too long while grants were raced is told by its own lag, not by that of the grants', () => {
  const poll = raced(pollArm(), { staleAdmissions: 2, staleAccepts: 2 })
  const byMutation = [{ effect: 'grant' as const, ground: 'app' as const, held: 200 }]
  const arms = [{ ...poll, races: { ...poll.races, byMutation } }]
  expect(answered({ scenario: 'add-then-push', arms }).at(-1)).toBe(
    'poll let in 2 pushes after the right to it had ended, up to 991 ms late, within its claim of 2 s, and turned away 2 that had the right, up to 12.5 ms late, within its claim of 2 s.',
  )
})
