import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { schemaDocument, schemas, validateRun } from './schema.ts'
import { exampleRun } from './testing/example-run.ts'

test.each(Object.keys(schemas) as (keyof typeof schemas)[])(
  'docs/schema/%s.schema.json is what the contracts say (else: npm run schemas)',
  async (name) => {
    const file = new URL(`../../../docs/schema/${name}.schema.json`, import.meta.url)
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(schemaDocument(name))
  },
)

test('a run is valid, with fields that a later version adds', () => {
  expect(validateRun({ ...exampleRun(), addedLater: 1 }).ok).toBe(true)
})

test.each([
  [{ verdict: 'maybe' }, '/verdict'],
  [{ exitCode: '0' }, '/exitCode'],
  [{ schemaVersion: 2 }, '/schemaVersion'],
  [{ arms: [{}] }, '/arms/0'],
])('a run with %j is refused at %s', (change, place) => {
  expect(validateRun({ ...exampleRun(), ...change })).toMatchObject({
    ok: false,
    problem: expect.stringContaining(place),
  })
})
