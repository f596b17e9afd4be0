import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'

/** By file name, in the order in which they are to appear. What ends in `.gz` is compressed. */
export type Contents = Readonly<Record<string, Iterable<string>>>

const rowsPerChunk = 500

/**
 * Writes files into a folder, and resolves to their paths. Whatever interrupts it, a file under its final name is
 * whole, and the last one, which vouches for the others, stands only beside its own.
 */
export async function writeFiles(folder: string, contents: Contents): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  const names = Object.keys(contents)
  try {
    for (const [name, content] of Object.entries(contents)) {
      await write(partial(folder, name), content, name.endsWith('.gz'))
    }
    await rm(join(folder, names.at(-1) ?? ''), { force: true })
    for (const name of names) await rename(partial(folder, name), join(folder, name))
  } catch (error) {
    for (const name of names) await rm(partial(folder, name), { force: true })
    throw error
  }
  return names.map((name) => join(folder, name))
}

export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

export function* ndjson(rows: readonly unknown[]): Generator<string> {
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
