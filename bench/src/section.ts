import { realClock } from '@keyrace/environment/real'
import { blockOrder } from '@keyrace/statistics'
import { type Block, type Lane, runBlock, type Workload } from './block.ts'

/** One question: the same workload for each lane, in turns. */
export interface Section {
  readonly name: string
  readonly title: string
  readonly workload: Workload
  /** Where a small difference matters, several pairs of short blocks. */
  readonly pairsPerRound: number
  readonly lanes: readonly Lane[]
  /** The lane that the others are compared with, where it runs. */
  readonly reference: string
  readonly figure: 'latency' | 'rate'
}

/** The blocks of each lane: the n-th blocks of two lanes are a pair. */
export type Blocks = ReadonlyMap<string, readonly Block[]>

export interface Result {
  readonly section: Section
  readonly blocks: Blocks
}

export interface RoundPlan {
  /** Rounds. */
  readonly pairs: number
  /** No round starts after so many milliseconds. */
  readonly longest: number
  readonly signal: AbortSignal
  tell(line: string): void
}

/** Two pairs are the fewest that have an interval. */
const fewestRounds = 2

/**
 * In each round some blocks of every lane of every section, in an order that lets a drift of the machine fall on
 * all of them alike. The first round warms up and is left out.
 */
export async function measure(sections: readonly Section[], plan: RoundPlan): Promise<Result[]> {
  const { pairs, longest, signal, tell } = plan
  const results = sections.map((section) => ({ section, blocks: new Map<string, Block[]>() }))
  const startedAt = realClock.now()
  for (let round = 0; round <= pairs; round++) {
    const isLate = realClock.now() - startedAt > longest
    if (isLate && round > fewestRounds) {
      tell(`time is up: ${round - 1} of ${pairs} rounds were held`)
      break
    }
    tell(round === 0 ? 'warming up' : `round ${round} of ${pairs}`)
    for (const { section, blocks } of results) {
      for (const lane of turns(section, round)) {
        const block = await runBlock(lane, section.workload, signal)
        if (round > 0) blocks.set(lane.name, [...(blocks.get(lane.name) ?? []), block])
      }
    }
  }
  return results
}

function turns({ lanes, pairsPerRound }: Section, round: number): readonly Lane[] {
  if (round === 0) return lanes
  const before = (round - 1) * pairsPerRound
  const pairs = Array.from({ length: pairsPerRound }, (_, n) => before + n + 1)
  return pairs.flatMap((pair) => blockOrder(lanes, pair))
}
