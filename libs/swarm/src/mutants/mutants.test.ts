import { MutantsResult } from '@keyrace/contracts'
import { Check } from 'typebox/value'
import { describe, expect, test, vi } from 'vitest'
import { playWorld } from '../play-world.ts'
import { bruteForce, expectedOf, hunt, mutantIds } from './hunt.ts'
import { harmlessId, mutants } from './index.ts'
import { invariantNames } from './invariant-names.ts'
import { planFor } from './plan-of.ts'
import { type ProofOptions, proveMutants } from './prove.ts'

// Some seconds of one core each, and there may be others who want it.
vi.setConfig({ testTimeout: 60_000 })

const most = 120

describe('the checker convicts', () => {
  test.each(mutantIds.map((id) => [id, expectedOf(id)]))('%s by %s', async (id) => {
    const { killed, story } = await hunt(id, { seeds: most })
    expect({ killed, story }).toMatchObject({ killed: true })
  })
})

test('it does not convict what breaks nothing', async () => {
  expect(await hunt(harmlessId, { seeds: 5 })).toMatchObject({ killed: false, seeds: 5 })
})

test('the canary is silent in the worlds that it leaves alone', async () => {
  expect(await hunt('canary', { seeds: 3 })).toMatchObject({ killed: false, seeds: 3 })
})

test.each([...invariantNames, bruteForce])('without %s some bug survives', async (without) => {
  const only = mutantIds.filter((id) => expectedOf(id) === without)
  expect(only).not.toEqual([])
  const { mutants: outcomes, verdict } = await prove({ seeds: 1, only, without })
  expect(verdict).toBe('fail')
  expect(outcomes.every(({ killed }) => !killed)).toBe(true)
})

test('a bug dies after the same number of worlds again, and after others', async () => {
  const first = await hunt('M10', { seeds: most })
  await hunt('M1', { seeds: most })
  expect(await hunt('M10', { seeds: most })).toEqual(first)
})

test('what comes of them is what the contract says, in the order of the catalogue', async () => {
  const result = await prove({ seeds: most, only: ['M15', 'M1', 'C-M1'] })
  expect(Check(MutantsResult, result)).toBe(true)
  expect(result).toMatchObject({ verdict: 'pass', exitCode: 0, harmless: { convicted: false } })
  expect(result.mutants.map(({ id }) => id)).toEqual(['M15', 'M1', 'C-M1'])
})

test('a bug that nobody knows is refused, in a plan as well', async () => {
  await expect(prove({ seeds: 1, only: ['M0'] })).rejects.toThrow('there is no mutant M0')
  const [first] = Object.values(mutants)
  const plan = planFor(first as NonNullable<typeof first>, 1)
  await expect(playWorld({ ...plan, mutant: 'M0' })).rejects.toThrow('there is no mutant M0')
})

function prove(options: ProofOptions): Promise<MutantsResult> {
  const { signal } = new AbortController()
  return proveMutants(options, { pool: { size: 1, hunt }, signal, progress: () => {} })
}
