import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeRun } from '@keyrace/report'
import { expect, onTestFinished, test } from 'vitest'
import { deletionRace } from '../../deletion-race.ts'
import { revocationRace } from '../../revocation-race.ts'
import { simulateIn } from '../../testing/simulate.ts'

const script = new URL('../../../../docs/recount.mjs', import.meta.url).pathname
const arms = ['fingerprint', 'ttl-cache', 'ttl-cache', 'ttl-cache', 'poll'].map((strategy) => {
  return { strategy, knobs: {} }
})

test.each([deletionRace, revocationRace])(
  'the joined history of $name counts as many stale accepts as the run says, by a script of few lines',
  async (scenario) => {
    const folder = mkdtempSync(join(tmpdir(), 'keyrace-recount-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const artifacts = await simulateIn(scenario)({ arms, races: 30 })
    const { turns, arms: results } = artifacts.run
    expect(turns).toHaveLength(2)
    await writeRun(folder, artifacts)
    const file = join(folder, 'history.ndjson.gz')
    const counted = JSON.parse(execFileSync(process.execPath, [script, file], { encoding: 'utf8' }))
    const reported = results.map(({ name, correctness }) => [name, correctness.staleAccepts])
    expect(counted).toEqual(Object.fromEntries(reported))
    expect(counted.poll).toBeGreaterThan(0)
    expect(counted['ttl-cache#3']).toBeGreaterThan(0)
  },
)
