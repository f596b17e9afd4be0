import { createRandom } from '@keyrace/environment'
import { compareRatios, distribution } from '@keyrace/statistics'
import type { Block } from './block.ts'
import type { Result, Section } from './section.ts'

/** What is printed of a lane. Times are milliseconds. */
export interface LaneFigures {
  readonly name: string
  readonly pairs: number
  readonly pushes: number
  readonly p50: number | null
  readonly p95: number | null
  readonly pushesPerSecond: number
  readonly serverCpuPerPush: number
  readonly clientCpuPerPush: number
  readonly ratio: Ratio
}

/** The geometric mean over the pairs of blocks; null below two pairs, or without the other lane. */
export interface Ratio {
  readonly value: number | null
  readonly ci95: readonly [low: number, high: number] | null
}

export function laneFigures({ section, blocks: all }: Result): LaneFigures[] {
  const { lanes, reference, figure } = section
  return lanes.map(({ name }) => {
    const blocks = all.get(name) ?? []
    const pushes = blocks.flatMap((block) => block.pushes)
    const { p50, p95 } = distribution(pushes.map(({ ms }) => ms))
    return {
      name,
      pairs: blocks.length,
      pushes: pushes.length,
      p50,
      p95,
      pushesPerSecond: (pushes.length / sum(blocks, 'tookMs')) * 1000,
      serverCpuPerPush: sum(blocks, 'serverCpuMs') / pushes.length,
      clientCpuPerPush: sum(blocks, 'clientCpuMs') / pushes.length,
      ratio: ratioOf(blocks, all.get(reference), figure),
    }
  })
}

/** How many times as much a takes, or does, as b: by pairs, since pushes of one block are not independent. */
export function ratioOf(
  a: readonly Block[] = [],
  b: readonly Block[] = [],
  figure: Section['figure'] = 'latency',
): Ratio {
  const pairs = a.slice(0, b.length).map((block, n) => {
    return { a: figureOf(block, figure), b: figureOf(b[n] as Block, figure) }
  })
  // Neither the margin nor the permutation test is used here.
  const { ratio, ci95 } = compareRatios(pairs, { margin: 0.1, random: createRandom(1) })
  return { value: ratio, ci95 }
}

function figureOf({ pushes, tookMs }: Block, figure: Section['figure']): number {
  if (figure === 'rate') return pushes.length / tookMs
  return distribution(pushes.map(({ ms }) => ms)).p50 ?? Number.NaN
}

function sum(blocks: readonly Block[], field: 'tookMs' | 'serverCpuMs' | 'clientCpuMs'): number {
  return blocks.reduce((total, block) => total + block[field], 0)
}
