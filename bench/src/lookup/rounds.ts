import { realClock } from '@keyrace/environment/real'
import { blockOrder } from '@keyrace/statistics'
import { type Block, type Lane, runBlock } from './lane.ts'

/** The n-th blocks of two lanes are a pair. */
export interface Measured extends Lane {
  readonly blocks: readonly Block[]
}

export interface RoundPlan {
  readonly rounds: number
  readonly lookups: number
  /** No round starts after so many milliseconds. */
  readonly longest: number
  readonly signal: AbortSignal
  tell(line: string): void
}

/** The fewest that have an interval. */
const fewestRounds = 2

/**
 * In each round one block of every lane, in an order that lets a drift of the machine fall on all of them alike.
 * The first round warms up and is left out.
 */
export async function measureLookups(lanes: readonly Lane[], plan: RoundPlan): Promise<Measured[]> {
  const { rounds, lookups, longest, signal, tell } = plan
  const measured = lanes.map((lane) => ({ ...lane, blocks: [] as Block[] }))
  const startedAt = realClock.now()
  for (let round = 0; round <= rounds; round++) {
    if (round > fewestRounds && realClock.now() - startedAt > longest) {
      tell(`time is up: ${round - 1} of ${rounds} rounds were held`)
      break
    }
    tell(round === 0 ? 'warming up' : `round ${round} of ${rounds}`)
    for (const lane of blockOrder(measured, Math.max(round, 1))) {
      const block = await runBlock(lane, lookups, signal)
      if (round > 0) lane.blocks.push(block)
    }
  }
  return measured
}
