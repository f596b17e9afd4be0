import { expect, test } from 'vitest'
import { exampleRun, fingerprintArm, pollArm } from './testing/example-run.ts'
import { correctnessSentence, costSentence, furtherReasons, headline } from './verdict.ts'

test('a passed run says who kept the claims, and in how many races at least', () => {
  const arms = [
    fingerprintArm(),
    { ...pollArm(), races: { planned: 200, held: 150, perReplica: [] } },
  ]
  expect(headline(exampleRun({ arms }))).toMatchObject({
    word: 'PASS',
    sentence: 'fingerprint and poll kept their claims in 150 races each.',
  })
})

test('a broken claim outweighs an interruption', () => {
  const run = exampleRun({ verdict: 'fail', interrupted: true, reasons: ['poll lied.', 'Often.'] })
  expect(headline(run)).toMatchObject({ word: 'FAIL', sentence: 'poll lied.' })
  expect(furtherReasons(run)).toEqual(['Often.'])
})

test('a requirement beyond the claims is named where it was broken', () => {
  const broken = { verdict: 'fail' as const, reasons: ['poll lied'] }
  expect(headline(exampleRun({ ...broken, require: 'linearizable' })).sentence).toBe(
    'poll lied (--require linearizable)',
  )
  expect(headline(exampleRun(broken)).sentence).toBe('poll lied')
})

test.each([
  [0, '34.9 ms with poll (no authorization request)'],
  [1, '34.9 ms with poll (1 authorization request)'],
  [1.333, '34.9 ms with poll (1.33 authorization requests)'],
  [null, '34.9 ms with poll.'],
])('a push with %j authorization requests is priced in words', (requests, words) => {
  const poll = pollArm()
  const response = { ...poll.latencyMs.response, p50: 34.9 }
  const controller = { ...poll.controller, authorizationRequestsPerWarmPush: requests }
  const arms = [{ ...poll, controller, latencyMs: { ...poll.latencyMs, response } }]
  expect(costSentence(exampleRun({ arms }))).toContain(words)
})

test('an interrupted run never reads as a pass', () => {
  expect(headline(exampleRun({ interrupted: true })).word).toBe('INTERRUPTED')
})

test('staleness is laid against the claim', () => {
  expect(correctnessSentence(exampleRun())).toBe(
    'fingerprint let in nothing stale; poll admitted 387 stale pushes and accepted 384, up to 991 ms late, within its claim of 2 s.',
  )
})

test('an arm that was not raced is not praised for it', () => {
  const poll = pollArm()
  const arms = [{ ...poll, correctness: { ...poll.correctness, verdict: 'vacuous' as const } }]
  expect(correctnessSentence(exampleRun({ arms }))).toBe('poll raced too little to be judged.')
})

test('a skipped arm has no part in the sentences', () => {
  const arms = [{ ...pollArm(), skipped: { reason: 'no etcd here' } }]
  expect(correctnessSentence(exampleRun({ arms }))).toBe('No arm was judged.')
  expect(costSentence(exampleRun({ arms }))).toBe('No push was timed.')
})
