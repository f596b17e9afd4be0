import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readRun } from './read-run.ts'
import { exampleRecord, exampleRun } from './testing/example-run.ts'
import { writeRun } from './write-run.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyrace-report-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('a run is read back as it was written, in a folder that was not there', async () => {
  const out = join(folder, 'a', 'b')
  const paths = await writeRun(out, exampleRecord())
  expect(await readRun(out)).toEqual(exampleRecord())
  expect(paths.toSorted()).toEqual((await readdir(out)).map((name) => join(out, name)).toSorted())
})

test('more rows than fit a chunk keep their number and their order', async () => {
  const [row] = exampleRecord().history
  if (row === undefined) throw new Error('the example has no history')
  const history = Array.from({ length: 1_234 }, (_, idx) => ({ ...row, idx, op: `p${idx}` }))
  await writeRun(folder, { ...exampleRecord(), history })
  expect((await readRun(folder)).history).toEqual(history)
})

test('a second run replaces the first and leaves nothing of it', async () => {
  await writeRun(folder, exampleRecord())
  await writeRun(folder, { ...exampleRecord(), run: exampleRun({ runId: 'second' }), samples: [] })
  const { run, samples } = await readRun(folder)
  expect([run.runId, samples]).toEqual(['second', []])
})

test('a record that cannot be written whole leaves the run before it as it was, and no scraps', async () => {
  await writeRun(folder, exampleRecord())
  const before = await readdir(folder)
  const unwritable = { ...exampleRecord().history[0], revision: 1n } as never
  await expect(
    writeRun(folder, { ...exampleRecord(), history: [unwritable], run: exampleRun({ seed: 8 }) }),
  ).rejects.toThrow('BigInt')
  expect(await readdir(folder)).toEqual(before)
  expect((await readRun(folder)).run.seed).toBe(7)
})

test.each([
  ['run.json', '{"schemaVersion": 1', 'run.json: is not JSON'],
  ['plan.json', '{}', 'plan.json: it must have required properties'],
  ['history.ndjson.gz', gzipSync('{"idx":-1}\n'), 'history.ndjson.gz, line 1: '],
  ['samples.ndjson.gz', 'no gzip', 'samples.ndjson.gz: cannot be read'],
  ['samples.ndjson.gz', undefined, 'samples.ndjson.gz: is not there'],
])('a damaged %s is named, with what is wrong', async (name, content, message) => {
  await writeRun(folder, exampleRecord())
  const path = join(folder, name)
  await (content === undefined ? rm(path) : writeFile(path, content))
  await expect(readRun(folder)).rejects.toThrow(message)
})

test('a compressed file that ends too early is refused, not read in part', async () => {
  await writeRun(folder, exampleRecord())
  const path = join(folder, 'history.ndjson.gz')
  const whole = await readFile(path)
  await writeFile(path, whole.subarray(0, whole.length - 12))
  await expect(readRun(folder)).rejects.toThrow('history.ndjson.gz: cannot be read')
})
