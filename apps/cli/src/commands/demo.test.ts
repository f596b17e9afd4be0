import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Plan } from '@keyrace/contracts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createCli } from '../cli.ts'
import { artifacts, fakeDeps } from '../testing/fake-deps.ts'

let out: string
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'keyrace-demo-'))
})
afterEach(() => rm(out, { recursive: true }))

test('the demo is a deletion race at two service times, with the same seed for everybody', async () => {
  const played: Plan[] = []
  const { deps } = fakeDeps({
    randomSeed: () => 1,
    runScenario: async (_, plan) => {
      played.push(plan)
      return artifacts()
    },
  })
  await createCli(deps)(['demo', '--out', out])
  await createCli(deps)(['demo', '--out', out, '--seed', '9'])
  expect(played).toMatchObject([
    { scenario: 'deletion-race', mode: 'real', seed: 4_711, serviceTimesMs: [0.3, 10] },
    { scenario: 'deletion-race', mode: 'real', seed: 9, serviceTimesMs: [0.3, 10] },
  ])
})

test('what the machine is, what will happen and how long it takes is told before it does', async () => {
  let toldBefore = ''
  const fake = fakeDeps({
    runScenario: async () => {
      toldBefore = fake.written.stderr
      return artifacts()
    },
  })
  expect(await createCli(fake.deps)(['demo', '--out', out])).toBe(0)
  const [doctor, plan] = toldBefore.split('\n')
  expect(doctor).toBe('✓ machine')
  expect(plan).toMatch(
    /^deletion-race, seed 4711: 3 builders per strategy, fingerprint and poll; 10 pairs of blocks at 0\.3 ms and 10 ms/,
  )
  expect(plan).toMatch(/detects ≥ \d+ %; 60 races; .*; about \d+ s$/)
  expect(fake.written.stdout).toContain(join(out, 'report.html'))
  expect(fake.written.stdout).toContain('Then try:\n  npx keyrace run ')
})

test('with --json, standard output is run.json and nothing else', async () => {
  const { deps, written } = fakeDeps({ runScenario: async () => artifacts({ exitCode: 2 }) })
  expect(await createCli(deps)(['demo', '--out', out, '--json'])).toBe(2)
  expect(written.stdout).toBe(await readFile(join(out, 'run.json'), 'utf8'))
})

test('virtual time has no pairs to detect anything with, and no time to wait for', async () => {
  const { deps, written } = fakeDeps()
  await createCli(deps)(['demo', '--out', out, '--mode', 'sim'])
  expect(written.stderr).toContain('simulated')
  expect(written.stderr).not.toMatch(/detects|about/)
})
