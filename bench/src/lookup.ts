import { isStrategyName, type StrategyName, strategies } from '@keyrace/key-lookup'
import { describeEnvironment } from '@keyrace/testbed'
import { Command, InvalidArgumentError } from 'commander'
import { type Frame, runFramed } from './frame.ts'
import type { Lane } from './lookup/lane.ts'
import { type Place, startPlace } from './lookup/place.ts'
import { type LookupReport, laneFigures, lookupText } from './lookup/report.ts'
import { measureLookups } from './lookup/rounds.ts'
import { longest, outFolder, parseCount, parseDuration } from './options.ts'

interface LookupOptions {
  readonly only: readonly StrategyName[]
  /** As many as the size has where it is not given. */
  readonly rounds?: number
  readonly longest: number
  readonly smoke: boolean
  readonly json: boolean
  readonly out: string
}

interface Size {
  readonly keysPerUser: readonly number[]
  /** Who push nothing, in each of the stores, with 200 keys each. */
  readonly others: readonly number[]
  /** In each of which every lane has one block. */
  readonly rounds: number
  /** In a block. */
  readonly lookups: number
}

const full: Size = { keysPerUser: [10, 200, 1_000], others: [4, 9_994], rounds: 20, lookups: 100 }
/** Whether it runs at all. */
const smoke: Size = { keysPerUser: [10, 20], others: [1, 2], rounds: 2, lookups: 5 }

const all = Object.keys(strategies).filter(isStrategyName)

async function createReport(frame: Frame, options: LookupOptions): Promise<LookupReport> {
  const size = options.smoke ? smoke : full
  const { keysPerUser, others } = size
  const environment = describeEnvironment()
  const places: Place[] = []
  for (const count of others) {
    places.push(await startPlace(frame, { strategies: options.only, keysPerUser, others: count }))
  }
  const lanes = options.only.flatMap((strategy) => lanesOf(strategy, places))
  const skipped = places.flatMap((place) => place.skipped)
  const measured = await measureLookups(lanes, { ...size, ...options, ...frame })
  return { bench: 'lookup', environment, lanes: laneFigures(measured), skipped }
}

function lanesOf(strategy: StrategyName, places: readonly Place[]): readonly Lane[] {
  return places
    .filter(({ strategies }) => strategies.includes(strategy))
    .flatMap((place) => place.pushes.map((push) => ({ strategy, place, ...push })))
}

function parseStrategies(text: string): readonly StrategyName[] {
  const names = text.split(',')
  const known = names.filter(isStrategyName)
  if (known.length === names.length) return known
  throw new InvalidArgumentError(`There are ${all.join(', ')}.`)
}

const options = new Command('bench:lookup')
  .description(
    'What each strategy takes to authorize a push, by keys of the user and in the store.',
  )
  .option('--only <a,b>', 'strategies that take part', parseStrategies, all)
  .option('--rounds <n>', `in which all are measured (default: ${full.rounds})`, parseCount)
  .option('--longest <duration>', 'starts no round after this', parseDuration, longest)
  .option('--smoke', 'as little as shows that it runs; the figures mean nothing', false)
  .option('--json', 'print the report as JSON, and nothing else', false)
  .option('--out <folder>', 'where the report goes', outFolder('lookup'))
  .parse()
  .opts<LookupOptions>()
process.exitCode = await runFramed(
  {
    name: 'lookup',
    unfit: () => undefined,
    create: (frame) => createReport(frame, options),
    text: lookupText,
    isMissed: () => false,
  },
  options,
)
