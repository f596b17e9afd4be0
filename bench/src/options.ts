import { fileURLToPath } from 'node:url'
import { readDurationMs } from '@keyrace/environment'
import { Command, InvalidArgumentError } from 'commander'
import { type ContenderName, contenders, isContenderName } from './contenders/index.ts'

export interface Options {
  /** Rounds, in each of which every two contenders are compared once or a few times. */
  readonly pairs: number
  /** Milliseconds after which no further round starts. */
  readonly longest: number
  readonly only: readonly ContenderName[]
  readonly json: boolean
  /** Whether a missed goal is a failure. */
  readonly strict: boolean
  /** Where the report, logs and profiles go. */
  readonly out: string
}

export interface CommandSpec {
  /** Of the target: `push` of `nx run bench:push`. */
  readonly name: string
  readonly description: string
  readonly pairs: number
}

/** The options of every bench; one that has its own adds them. */
export function createCommand({ name, description, pairs }: CommandSpec): Command {
  return new Command(`bench:${name}`)
    .description(description)
    .option('--pairs <n>', 'rounds in which all are measured', parseCount, pairs)
    .option('--longest <duration>', 'starts no round after this', parseDuration, longest)
    .option('--only <a,b>', 'contenders that take part', parseContenders, allContenders)
    .option('--json', 'print the report as JSON, and nothing else', false)
    .option(
      '--strict',
      'exit with 3 where a goal is missed; otherwise the table alone tells',
      false,
    )
    .option('--out <folder>', 'where the report goes', outFolder(name))
}

/** Three minutes, of the measuring. */
export const longest = 180_000

export function parseCount(text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= most) return count
  throw new InvalidArgumentError(`Give a number from 1 to ${most}.`)
}

const most = 100_000
const allContenders = Object.keys(contenders).filter(isContenderName)

export function outFolder(name: string): string {
  return fileURLToPath(new URL(`../../out/bench-${name}`, import.meta.url))
}

/** Milliseconds. */
export function parseDuration(text: string): number {
  const ms = readDurationMs(text)
  if (ms === undefined) throw new InvalidArgumentError('Give a duration: 90s.')
  return ms
}

function parseContenders(text: string): readonly ContenderName[] {
  const names = text.split(',')
  const known = names.filter(isContenderName)
  if (known.length === names.length) return known
  throw new InvalidArgumentError(`There are ${allContenders.join(', ')}.`)
}
