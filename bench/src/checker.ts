import {
  checkExactly,
  compareWithBruteForce,
  createHistory,
  levels,
  termsOf,
} from '@keyrace/checker'
import type { Environment } from '@keyrace/contracts'
import { realClock } from '@keyrace/environment/real'
import { plainTable } from '@keyrace/report'
import { describeEnvironment } from '@keyrace/testbed'
import { Command } from 'commander'
import { appendWorkload, blank, type Size } from './checker/workload.ts'
import { runFramed } from './frame.ts'
import { outFolder } from './options.ts'

/** report.json */
interface CheckerReport {
  readonly bench: 'checker'
  readonly environment: Environment
  readonly sizes: readonly SizeFigures[]
  readonly rowsPerSecond: number
  /** Checker and brute force together. */
  readonly microHistoriesPerSecond: number
  readonly goalsMet: boolean
}

interface SizeFigures extends Size {
  /** The best of the rounds. */
  readonly ms: number
  /** Nanoseconds, over n log n of all operations; the same for all sizes where cost grows so. */
  readonly nsPerNLogN: number
}

const sizes: readonly Size[] = [10_000, 100_000, 1_000_000].map((pushes) => ({
  pushes,
  mutations: pushes / 10,
}))
const smokeSizes: readonly Size[] = [{ pushes: 2_000, mutations: 400 }]
const [mostMs, fewestRowsPerSecond] = [1_000, 5_000_000]
const rounds = 5

interface CheckerOptions {
  readonly smoke: boolean
  readonly json: boolean
  readonly strict: boolean
  readonly out: string
}

function createReport({ smoke }: CheckerOptions): CheckerReport {
  const chosen = smoke ? smokeSizes : sizes
  // The first round of all compiles; without it the smallest size would pay for that.
  for (const size of chosen.slice(0, 2)) measureCheck(size)
  const figures = chosen.map(measureCheck)
  const rowsPerSecond = measureAppend(smoke ? 10_000 : 5_000_000)
  const largest = figures.at(-1)
  return {
    bench: 'checker',
    environment: describeEnvironment(),
    sizes: figures,
    rowsPerSecond,
    microHistoriesPerSecond: measureBruteForce(smoke ? 100 : 20_000),
    goalsMet: largest !== undefined && largest.ms <= mostMs && rowsPerSecond >= fewestRowsPerSecond,
  }
}

/** Rows to verdict, at the strictest level. */
function measureCheck(size: Size): SizeFigures {
  const history = createHistory()
  appendWorkload(history, size)
  const alike = { app: unclaimed, permission: unclaimed, key: unclaimed }
  const terms = termsOf(levels.linearizable, { revocation: alike, grant: alike })
  const times = Array.from({ length: rounds }, () => {
    const from = realClock.now()
    const { violations, decisions } = checkExactly(history, { terms })
    const ms = realClock.now() - from
    if (violations.length > 0 || decisions !== size.pushes) throw new Error('the verdict is wrong')
    return ms
  })
  const [ms, n] = [Math.min(...times), size.pushes + size.mutations]
  return { ...size, ms, nsPerNLogN: (ms * 1e6) / (n * Math.log2(n)) }
}

const unclaimed = { formula: '0', ms: 0 }

function measureAppend(rows: number): number {
  const times = Array.from({ length: rounds }, () => {
    const history = createHistory()
    const from = realClock.now()
    for (let row = 0; row < rows; row++) history.appendCoded(blank)
    return realClock.now() - from
  })
  return (rows / Math.min(...times)) * 1_000
}

function measureBruteForce(histories: number): number {
  const from = realClock.now()
  const { disagreements } = compareWithBruteForce(histories)
  if (disagreements.length > 0) throw new Error('checker and brute force disagree')
  return (histories / (realClock.now() - from)) * 1_000
}

function reportText(report: CheckerReport): string {
  const rows = report.sizes.map(({ pushes, mutations, ms, nsPerNLogN }) => [
    pushes.toLocaleString('en'),
    mutations.toLocaleString('en'),
    ms.toFixed(1),
    nsPerNLogN.toFixed(1),
  ])
  const table = plainTable(['pushes', 'mutations', 'ms', 'ns per n log n'], rows)
  const others = [
    `appended: ${(report.rowsPerSecond / 1e6).toFixed(1)} M rows/s (goal: ≥ 5)`,
    `beside brute force: ${report.microHistoriesPerSecond.toFixed(0)} micro-histories/s, no disagreement`,
    `both goals, 1 M pushes and 100 k mutations in ≤ 1 s being the other: ${report.goalsMet ? 'met' : 'missed'}`,
  ]
  return `${[table, ...others].join('\n')}\n`
}

const options = new Command('bench:checker')
  .description('What the exact checker takes, by size; and that it agrees with brute force.')
  .option('--smoke', 'as little as shows that it runs; the figures mean nothing', false)
  .option('--json', 'print the report as JSON, and nothing else', false)
  .option('--strict', 'exit with 3 where a goal is missed', false)
  .option('--out <folder>', 'where the report goes', outFolder('checker'))
  .parse()
  .opts<CheckerOptions>()
process.exitCode = await runFramed(
  {
    name: 'checker',
    unfit: () => undefined,
    create: async () => createReport(options),
    text: reportText,
    isMissed: ({ goalsMet }) => options.strict && !goalsMet,
  },
  options,
)
