import { realClock } from '@keyrace/environment/real'
import { blockOrder } from '@keyrace/statistics'
import type { Lane } from './lanes.ts'
import { messagesOfPush } from './push.ts'

/** The n-th blocks of two lanes are a pair. */
export interface Measured {
  readonly name: string
  /** Pushes of each block in a second of the processor, all threads of the process together. */
  readonly rates: readonly number[]
}

export interface RoundPlan {
  readonly rounds: number
  /** Of the pushes of a lane's block. */
  readonly share: number
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
export async function measureLanes(lanes: readonly Lane[], plan: RoundPlan): Promise<Measured[]> {
  const { rounds, share, longest, signal, tell } = plan
  const measured = lanes.map((lane) => ({ ...lane, rates: [] as number[] }))
  const startedAt = realClock.now()
  for (let round = 0; round <= rounds; round++) {
    if (round > fewestRounds && realClock.now() - startedAt > longest) {
      tell(`time is up: ${round - 1} of ${rounds} rounds were held`)
      break
    }
    tell(round === 0 ? 'warming up' : `round ${round} of ${rounds}`)
    for (const lane of blockOrder(measured, Math.max(round, 1))) {
      signal.throwIfAborted()
      const rate = await measureBlock(lane, Math.ceil(lane.pushes * share))
      if (round > 0) lane.rates.push(rate)
    }
  }
  return measured.map(({ name, rates }) => ({ name, rates }))
}

async function measureBlock({ name, run }: Lane, pushes: number): Promise<number> {
  const before = process.cpuUsage()
  const messages = await run(pushes)
  const { user, system } = process.cpuUsage(before)
  if (messages < pushes * messagesOfPush) throw new Error(`${name} left messages out`)
  return (pushes / (user + system)) * 1e6
}
