import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { HistoryEvent, Plan, Run, Sample } from '@keyrace/contracts'
import type { Static, TSchema } from 'typebox'
import { completedPlan, completedRun, completedSample } from './earlier-run.ts'
import { type RunRecord, recordFiles } from './record.ts'
import { type Validation, validator } from './schema.ts'

type Validate<T> = (value: unknown) => Validation<T>

const knownVersion = Run.properties.schemaVersion.const

/** A file of a run is missing, damaged or of another shape; the message names it and says what is wrong. */
export class UnreadableRun extends Error {
  readonly path: string
  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`${path}: ${problem}`, options)
    this.name = 'UnreadableRun'
    this.path = path
  }
}

/** Reads back what `writeRun` wrote, in this version or an earlier one. Rejects with an UnreadableRun. */
export async function readRun(folder: string): Promise<RunRecord> {
  return {
    run: await readJson(join(folder, recordFiles.run), completing(completedRun, Run)),
    plan: await readJson(join(folder, recordFiles.plan), completing(completedPlan, Plan)),
    samples: await readRows(join(folder, recordFiles.samples), completing(completedSample, Sample)),
    history: await readRows(join(folder, recordFiles.history), validator(HistoryEvent)),
  }
}

function completing<T extends TSchema>(
  complete: (value: unknown) => unknown,
  schema: T,
): Validate<Static<T>> {
  const validate = validator(schema)
  return (value) => validate(complete(value))
}

async function readJson<T>(path: string, validate: Validate<T>): Promise<T> {
  const text = await readFile(path, 'utf8').catch((error) => unreadable(path, error))
  return accept(path, parse(text, ofThisVersion(validate)))
}

/** A newer file differs in more than its version, and that is not what its reader needs to know. */
function ofThisVersion<T>(validate: Validate<T>): Validate<T> {
  return (value) => {
    const { schemaVersion } = Object(value)
    const isOther = schemaVersion !== undefined && schemaVersion !== knownVersion
    if (!isOther) return validate(value)
    const problem = `has schemaVersion ${schemaVersion}, and this keyrace reads ${knownVersion}`
    return { ok: false, problem }
  }
}

async function readRows<T>(path: string, validate: Validate<T>): Promise<T[]> {
  const rows: T[] = []
  const collect = async (source: AsyncIterable<Uint8Array>) => {
    for await (const line of lines(source)) {
      rows.push(accept(`${path}, line ${rows.length + 1}`, parse(line, validate)))
    }
  }
  try {
    await pipeline(createReadStream(path), createGunzip(), collect)
  } catch (error) {
    if (error instanceof UnreadableRun) throw error
    unreadable(path, error as NodeJS.ErrnoException)
  }
  return rows
}

async function* lines(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of source) {
    const complete = `${rest}${decoder.decode(chunk, { stream: true })}`.split('\n')
    rest = complete.pop() ?? ''
    yield* complete
  }
  if (rest !== '') yield rest
}

function parse<T>(text: string, validate: Validate<T>): Validation<T> {
  try {
    return validate(JSON.parse(text))
  } catch (error) {
    return { ok: false, problem: `is not JSON: ${(error as Error).message}` }
  }
}

function accept<T>(place: string, validation: Validation<T>): T {
  if (!validation.ok) throw new UnreadableRun(place, validation.problem)
  return validation.value
}

function unreadable(path: string, error: NodeJS.ErrnoException): never {
  const problem = error.code === 'ENOENT' ? 'is not there' : `cannot be read: ${error.message}`
  throw new UnreadableRun(path, problem, { cause: error })
}
