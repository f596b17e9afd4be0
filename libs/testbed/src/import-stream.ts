import type { ImportLine } from '@keyrace/contracts'

/** Lines a chunk: few enough to stay small, many enough to be quick. */
const linesPerChunk = 500

/** A fixture as newline-delimited JSON, some hundred lines at a time. */
export async function* encodeImport(lines: Iterable<ImportLine>): AsyncGenerator<string> {
  let chunk: string[] = []
  for (const line of lines) {
    chunk.push(`${JSON.stringify(line)}\n`)
    if (chunk.length === linesPerChunk) {
      yield chunk.join('')
      chunk = []
    }
  }
  if (chunk.length > 0) yield chunk.join('')
}
