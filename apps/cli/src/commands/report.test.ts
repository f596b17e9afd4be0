import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formats, writeRun } from '@keyrace/report'
import { exampleRecord } from '@keyrace/report/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createCli } from '../cli.ts'
import { fakeDeps } from '../testing/fake-deps.ts'

const record = exampleRecord()
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyrace-report-'))
  await writeRun(folder, record)
})
afterEach(() => rm(folder, { recursive: true }))

async function report(...args: string[]) {
  const { deps, written } = fakeDeps()
  return { code: await createCli(deps)(['report', ...args]), ...written }
}

test.each(Object.keys(formats) as (keyof typeof formats)[])(
  '%s goes to standard output and nowhere else',
  async (format) => {
    const { code, stdout } = await report(folder, '--format', format, '--out', '-')
    expect(code).toBe(0)
    expect(stdout).toBe(formats[format].write(record))
  },
)

test('a page that was lost is made again in the folder of its run, by its run.json too', async () => {
  await rm(join(folder, 'report.html'))
  const { code, stdout } = await report(join(folder, 'run.json'))
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${join(folder, 'report.html')}\n` })
  expect(await readFile(join(folder, 'report.html'), 'utf8')).toBe(formats.html.write(record))
})

describe('the record of a run is never written over', () => {
  test.each(['run.json', 'plan.json', 'samples.ndjson.gz', 'history.ndjson.gz'])(
    '%s',
    async (name) => {
      const file = join(folder, name)
      const before = await readFile(file)
      const { code, stderr } = await report(folder, '--out', file)
      expect(code).toBe(1)
      expect(stderr).toContain('choose another --out')
      expect(await readFile(file)).toEqual(before)
    },
  )

  test('and no format has its name', async () => {
    const before = await readFile(join(folder, 'run.json'))
    for (const format of Object.keys(formats)) await report(folder, '--format', format)
    expect(await readFile(join(folder, 'run.json'))).toEqual(before)
  })
})

test('a folder without a run is one line and exit 1', async () => {
  const { code, stderr } = await report(tmpdir())
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `error: there is no run in ${tmpdir()}: it has no run.json\n`,
  })
})

test.each([
  ['no JSON', 'run', 'is not JSON'],
  [
    'what a later version wrote',
    '{"schemaVersion":2}',
    'has schemaVersion 2, and this keyrace reads 1',
  ],
] as const)('a folder with %s is one line and exit 5', async (_, text, message) => {
  const other = join(folder, 'other')
  await mkdir(other)
  await writeFile(join(other, 'run.json'), text)
  const { code, stdout, stderr } = await report(other)
  expect({ code, stdout }).toEqual({ code: 5, stdout: '' })
  expect(stderr).toContain(message)
  expect(stderr.trimEnd().split('\n')).toHaveLength(1)
})

test('a file that cannot be written is one line and exit 5', async () => {
  const { code, stderr } = await report(folder, '--out', join(folder, 'nowhere', 'x.html'))
  expect(code).toBe(5)
  expect(stderr).toMatch(/^error: cannot write .*: choose another --out\n$/)
})
