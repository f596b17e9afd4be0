import type { Drain } from '@keyrace/simulation'
import { runEffect } from './effect.ts'
import { runFastCheck } from './fast-check.ts'
import { runKeyrace } from './keyrace.ts'

/** Something that plays the same pushes. */
export interface Lane {
  readonly name: string
  /** In a block: enough that it takes a tenth of a second or so. */
  readonly pushes: number
  /** Answers how many messages there were, at least. */
  readonly run: (pushes: number) => Promise<number>
}

export const reference = 'keyrace'

export const lanes: readonly Lane[] = [
  keyraceLane(reference, 40_000),
  keyraceLane('keyrace, tick', 40_000, 'tick'),
  keyraceLane('keyrace, turn', 10_000, 'turn'),
  { name: 'fast-check', pushes: 3_000, run: runFastCheck },
  { name: 'Effect', pushes: 2_000, run: runEffect },
]

function keyraceLane(name: string, pushes: number, drain?: Drain): Lane {
  return { name, pushes, run: async (count) => (await runKeyrace(count, drain)).events }
}
