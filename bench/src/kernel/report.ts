import type { Environment } from '@keyrace/contracts'
import { createRandom } from '@keyrace/environment'
import { plainTable } from '@keyrace/report'
import { compareRatios, tInterval } from '@keyrace/statistics'
import type { Ratio } from '../figures.ts'
import { type GoalVerdict, judge } from '../goals.ts'
import { reference } from './lanes.ts'
import type { MemoryFigures } from './memory.ts'
import type { Measured } from './rounds.ts'

/** report.json */
export interface KernelReport {
  readonly bench: 'kernel'
  readonly environment: Environment
  readonly lanes: readonly LaneFigures[]
  readonly memory: MemoryFigures
  readonly goals: readonly KernelGoal[]
}

export interface LaneFigures {
  readonly name: string
  readonly blocks: number
  /** In a second of the processor. */
  readonly pushesPerSecond: Ratio
  /** How many times as many the reference has. */
  readonly behindReference: Ratio
}

export interface KernelGoal {
  readonly text: string
  readonly verdict: GoalVerdict
}

const fewestPushesPerSecond = 150_000
const fewestTimes = 5
const mostMiB = 2_048

export function createKernelReport(
  environment: Environment,
  measured: readonly Measured[],
  memory: MemoryFigures,
): KernelReport {
  const ours = measured.find(({ name }) => name === reference)
  const lanes = measured.map((lane) => laneFigures(lane, ours))
  return { bench: 'kernel', environment, lanes, memory, goals: goalsOf(lanes, memory) }
}

function laneFigures(lane: Measured, ours: Measured | undefined): LaneFigures {
  const { name, rates } = lane
  const interval = tInterval(rates)
  return {
    name,
    blocks: rates.length,
    pushesPerSecond: {
      value: interval?.mean ?? null,
      ci95: interval === undefined ? null : [interval.low, interval.high],
    },
    behindReference:
      lane === ours ? { value: null, ci95: null } : ratioOf(ours?.rates ?? [], rates),
  }
}

function ratioOf(ours: readonly number[], theirs: readonly number[]): Ratio {
  const pairs = ours.map((a, n) => ({ a, b: theirs[n] ?? Number.NaN }))
  // Neither the margin nor the permutation test is used here.
  const { ratio, ci95 } = compareRatios(pairs, { margin: 0.1, random: createRandom(1) })
  return { value: ratio, ci95 }
}

function goalsOf(lanes: readonly LaneFigures[], { maxRssMiB }: MemoryFigures): KernelGoal[] {
  const laneOf = (name: string) => lanes.find((lane) => lane.name === name)
  const none: Ratio = { value: null, ci95: null }
  const peers = ['fast-check', 'Effect'].map((name) => ({
    text: `${reference} ÷ ${name} ≥ ${fewestTimes}`,
    verdict: judge({ atLeast: fewestTimes }, laneOf(name)?.behindReference ?? none),
  }))
  const rate = laneOf(reference)?.pushesPerSecond ?? none
  return [
    {
      text: `${reference} ≥ ${thousands(fewestPushesPerSecond)} pushes/s`,
      verdict: judge({ atLeast: fewestPushesPerSecond }, rate),
    },
    ...peers,
    { text: `memory ≤ ${mostMiB} MiB`, verdict: maxRssMiB <= mostMiB ? 'met' : 'missed' },
  ]
}

export function kernelText({ lanes, memory, goals }: KernelReport): string {
  const rows = lanes.map(({ name, blocks, pushesPerSecond, behindReference }) => [
    name,
    String(blocks),
    ratioText(pushesPerSecond, thousands),
    ratioText(behindReference, (value) => value.toFixed(2)),
  ])
  const head = ['', 'blocks', 'pushes/s of one processor [95 %]', `${reference} ÷ this [95 %]`]
  return `${[
    plainTable(head, rows),
    `${thousands(memory.events)} events: at most ${memory.maxRssMiB.toFixed(0)} MiB resident`,
    ...goals.map(({ text, verdict }) => `${text}: ${verdict}`),
  ].join('\n')}\n`
}

/** `8.21 [7.90, 8.53]` */
function ratioText({ value, ci95 }: Ratio, format: (value: number) => string): string {
  if (value === null || ci95 === null) return '—'
  return `${format(value)} [${ci95.map(format).join(', ')}]`
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString('en')
}
