import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { formats } from './formats/index.ts'
import { type RunRecord, recordFiles, reportFiles } from './record.ts'

const rowsPerChunk = 500

/**
 * Writes a run's record and reports into a folder, and resolves to the paths. Whatever interrupts it, a
 * file under its final name is whole, and a `run.json` stands only beside the files of its own run.
 */
export async function writeRun(folder: string, record: RunRecord): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  const contents = contentsOf(record)
  const names = Object.keys(contents)
  try {
    for (const [name, content] of Object.entries(contents)) {
      await write(partial(folder, name), content, name.endsWith('.gz'))
    }
    await rm(join(folder, recordFiles.run), { force: true })
    for (const name of names) await rename(partial(folder, name), join(folder, name))
  } catch (error) {
    for (const name of names) await rm(partial(folder, name), { force: true })
    throw error
  }
  return names.map((name) => join(folder, name))
}

/** By file name, in the order in which they appear: `run.json` last, because it vouches for the rest. */
function contentsOf(record: RunRecord): Record<string, Iterable<string>> {
  const { run, plan, samples, history } = record
  return {
    [recordFiles.plan]: [json(plan)],
    [recordFiles.samples]: ndjson(samples),
    [recordFiles.history]: ndjson(history),
    [reportFiles.summary]: [formats.md.write(record)],
    [reportFiles.page]: [formats.html.write(record)],
    [reportFiles.junit]: [formats.junit.write(record)],
    [reportFiles.benchmark]: [formats['github-benchmark'].write(record)],
    [recordFiles.run]: [json(run)],
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function* ndjson(rows: readonly unknown[]): Generator<string> {
  for (let from = 0; from < rows.length; from += rowsPerChunk) {
    const chunk = rows.slice(from, from + rowsPerChunk)
    yield chunk.map((row) => `${JSON.stringify(row)}\n`).join('')
  }
}

async function write(path: string, content: Iterable<string>, compressed: boolean): Promise<void> {
  const source = Readable.from(content)
  const target = createWriteStream(path, { flush: true })
  await (compressed ? pipeline(source, createGzip(), target) : pipeline(source, target))
}

function partial(folder: string, name: string): string {
  return join(folder, `.${name}.partial`)
}
