import { isTimed, type Plan, type Sample } from '@keyrace/contracts'
import { distribution, type Pair } from '@keyrace/statistics'

export type Method = 'paired' | 'unpaired'

/** What is compared: the pushes of an arm at one service time. */
export interface Cell {
  readonly arm: string
  readonly serviceTimeMs: number
}

/** Blocks of the same number have the same schedule, and so can be compared one by one, if the seed is the same. */
export function isPaired(before: Plan, after: Plan): boolean {
  return (
    before.seed === after.seed && before.latency.pushesPerBlock === after.latency.pushesPerBlock
  )
}

/** The median of a figure in each block of timed pushes: block → milliseconds. */
export function timedBlocks(
  samples: readonly Sample[],
  { arm, serviceTimeMs }: Cell,
  figure: (push: Sample) => number | null,
): Map<number, number> {
  const timed = samples.filter(
    (push) => push.arm === arm && push.serviceTimeMs === serviceTimeMs && isTimed(push),
  )
  const medians = new Map<number, number>()
  for (const [block, pushes] of Map.groupBy(timed, (push) => push.block ?? 0)) {
    const { p50 } = distribution(pushes.map(figure).filter((ms) => ms !== null))
    // What took no time has no ratio to anything.
    if (p50 !== null && p50 > 0) medians.set(block, p50)
  }
  return medians
}

export function pairedBlocks(a: Map<number, number>, b: Map<number, number>): Pair[] {
  return [...a].flatMap(([block, ms]) => {
    const other = b.get(block)
    return other === undefined ? [] : [{ a: ms, b: other }]
  })
}
