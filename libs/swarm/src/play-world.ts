import type { Judgement } from '@keyrace/checker'
import type { HistoryEvent, SwarmPlan } from '@keyrace/contracts'
import type { TraceSummary } from '@keyrace/simulation'

/** What became of a plan. */
export interface PlayedWorld {
  readonly plan: SwarmPlan
  readonly trace: TraceSummary
  /** In order of time; faults stand in it. */
  readonly history: readonly HistoryEvent[]
  readonly judgement: Judgement
  readonly pushes: number
  /** By the id of the fault: how often it touched anything. */
  readonly effects: Readonly<Record<string, number>>
  /** Points of the code that were held up, and how often. */
  readonly held: Readonly<Record<string, number>>
}

/** Plays a plan in virtual time and judges it: the same plan gives the same trace and the same judgement. */
export async function playWorld(plan: SwarmPlan): Promise<PlayedWorld> {
  throw new Error(`not played yet: ${plan.seed}`)
}
