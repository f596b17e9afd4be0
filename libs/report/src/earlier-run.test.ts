import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testedClaims } from './claimed.ts'
import { timelineScript } from './formats/html/timeline/script.ts'
import { formats } from './formats/index.ts'
import { readRun } from './read-run.ts'

/** A deletion race of `poll`, as keyrace wrote it down before there were turns, quirks and kinds of mutation. */
const source = fileURLToPath(new URL('./testing/earlier-run', import.meta.url))
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyrace-test-'))
  await cp(source, folder, { recursive: true })
  for (const name of ['history.ndjson', 'samples.ndjson']) {
    await writeFile(join(folder, `${name}.gz`), gzipSync(await readFile(join(source, name))))
  }
})

afterAll(() => rm(folder, { recursive: true }))

test('a run of an earlier version is read with what was true of it then', async () => {
  const { run, plan, samples } = await readRun(folder)
  expect(run).toMatchObject({ quirks: [], turns: [['poll']] })
  expect(plan).toMatchObject({ system: 'fixed', quirks: [], repositories: 'shared', lock: 'file' })
  const connects = samples.map(({ phases }) => phases.connect !== null)
  expect(samples.map(({ fresh }) => fresh)).toEqual(connects)
  expect(new Set(connects)).toEqual(new Set([true, false]))
})

test('its staleness is that of deleted apps, and what nobody measured is unknown', async () => {
  const [arm] = (await readRun(folder)).run.arms
  if (arm === undefined) throw new Error('the run has no arm')
  const { certain } = arm.correctness.measuredStalenessMs.revocation
  expect(certain).toBeGreaterThan(0)
  expect(testedClaims(arm)).toMatchObject([
    { mutation: 'app deleted', races: 2, certainMs: certain },
  ])
  expect(arm.consistency.revocationWaitMs).toBeNull()
  expect(arm.consistency.consistentWithin['1000']).toEqual({ share: null, n: 0 })
})

test.each(Object.entries(formats))('it can be written as %s', async (_, { write }) => {
  const text = write(await readRun(folder))
  expect(text).not.toBe('')
  expect(text.replace(timelineScript().element.toString(), '')).not.toMatch(/undefined|NaN/)
})
