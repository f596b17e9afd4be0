import { expect, test } from 'vitest'
import { exampleRun, fingerprintArm, pollArm } from './testing/example-run.ts'
import { furtherReasons, headline, turnsSentence } from './verdict.ts'

test('a passed run says who kept the claims, and in how many races at least', () => {
  const arms = [
    fingerprintArm(),
    { ...pollArm(), races: { planned: 200, held: 150, perReplica: [], byMutation: [] } },
  ]
  expect(headline(exampleRun({ arms }))).toMatchObject({
    word: 'PASS',
    sentence: 'fingerprint and poll kept their claims in 150 races each.',
  })
})

test('where many kept their claims, the headline counts them', () => {
  const arms = Array.from({ length: 14 }, (_, index) => ({ ...pollArm(), name: `arm-${index}` }))
  expect(headline(exampleRun({ arms })).sentence).toBe(
    'All 14 strategies kept their claims in 200 races each.',
  )
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

test('an interrupted run never reads as a pass', () => {
  expect(headline(exampleRun({ interrupted: true })).word).toBe('INTERRUPTED')
})

test('a run without races is not said to have kept claims in them', () => {
  const arms = [
    { ...fingerprintArm(), races: { planned: 0, held: 0, perReplica: [], byMutation: [] } },
  ]
  expect(headline(exampleRun({ arms })).sentence).toBe('fingerprint broke nothing.')
})

test('turns are told of with their arms, and with what is compared where anything is', () => {
  const turns = [['poll', 'watch'], ['lease']]
  expect(turnsSentence(exampleRun({ turns, comparisons: [] }))).toBe(
    'The arms took 2 turns: poll and watch; lease.',
  )
  expect(turnsSentence(exampleRun({ turns }))).toContain('only those of one turn are compared')
  expect(turnsSentence(exampleRun({ turns: [['poll', 'lease']] }))).toBeUndefined()
})
