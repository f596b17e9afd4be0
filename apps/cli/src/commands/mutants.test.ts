import { MutantsResult } from '@keyrace/contracts'
import type { HunterPool } from '@keyrace/swarm'
import { Check } from 'typebox/value'
import { expect, test } from 'vitest'
import { createCli } from '../cli.ts'
import { fakeDeps } from '../testing/fake-deps.ts'

test('all killed is a pass, and standard output is JSON and nothing else', async () => {
  const { cli, written } = hunting(() => true)
  expect(await cli(['mutants', '--json'])).toBe(0)
  const result = JSON.parse(written.stdout)
  expect(Check(MutantsResult, result)).toBe(true)
  expect(result.mutants.length).toBeGreaterThan(49)
  expect(written.stderr).toContain('M49')
})

test('one that survives is a fail, and is named', async () => {
  const { cli, written } = hunting((id) => id !== 'M22')
  expect(await cli(['mutants'])).toBe(2)
  expect(written.stdout).toContain('M22 survived')
  expect(written.stdout).toMatch(/M22 .*SURVIVED/)
})

test('a change that breaks nothing must not be convicted', async () => {
  const { cli } = hunting(() => true, true)
  expect(await cli(['mutants', '--only', 'M1'])).toBe(2)
})

test('only those that are asked for are hunted, with the options as they were given', async () => {
  const { cli, hunted } = hunting(() => true)
  await cli(['mutants', '--only', 'M1,M22', '--seeds', '7', '--without', 'stale-reject'])
  expect(hunted.filter(({ id }) => id !== 'harmless')).toEqual([
    { id: 'M1', seeds: 7, without: 'stale-reject' },
    { id: 'M22', seeds: 7, without: 'stale-reject' },
  ])
})

test.each([
  [['--only', 'M0'], "unknown mutant 'M0'"],
  [['--without', 'stale-rejects'], "did you mean 'stale-reject'"],
])('%j is a wrong use', async (args, message) => {
  const { cli, written, hunted } = hunting(() => true)
  expect(await cli(['mutants', ...args])).toBe(1)
  expect(written.stderr).toContain(message)
  expect(hunted).toEqual([])
})

function hunting(kills: (id: string) => boolean, convictsHarmless = false) {
  const hunted: { id: string; seeds: number; without?: string | undefined }[] = []
  const pool: HunterPool = {
    size: 1,
    async hunt(id, { seeds, without }) {
      hunted.push({ id, seeds, without })
      const killed = id === 'harmless' ? convictsHarmless : kills(id)
      const told = { sentence: 'a bug', source: 'of a test', invariant: 'stale-admission' }
      return { ...told, id, killed, seeds: 1, story: 'it went wrong' }
    },
    close: async () => {},
  }
  const { deps, written } = fakeDeps({ startHunterPool: () => pool })
  return { cli: createCli(deps), written, hunted }
}
