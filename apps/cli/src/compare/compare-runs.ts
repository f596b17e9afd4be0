import { type ArmResult, type Correctness, exitCodes } from '@keyrace/contracts'
import { judgedArms } from '@keyrace/report'
import { type LatencyChange, latencyChanges, type TwoRuns } from './latency-change.ts'

/** Two runs, the later beside the earlier. */
export interface Change {
  readonly margin: number
  /** Of strategies that were played in both. */
  readonly arms: readonly ArmChange[]
  readonly verdict: 'worse' | 'not-worse' | 'nothing-compared'
  readonly exitCode: number
}

export interface ArmChange {
  readonly name: string
  /** Empty where time was virtual. */
  readonly latency: readonly LatencyChange[]
  readonly correctness: { readonly before: Counts; readonly after: Counts }
  /** Did it keep its claim before, and break it now? */
  readonly isNewlyBroken: boolean
}

export type Counts = Pick<
  Correctness,
  'verdict' | 'staleAdmissions' | 'staleAccepts' | 'lateCommits'
> & { readonly racesHeld: number }

/** What became of each arm from one run to the other, and whether any of it is worse beyond the margin. */
export function compareRuns(runs: TwoRuns): Change {
  const before = judgedArms(runs.before.run)
  const arms = judgedArms(runs.after.run).flatMap((later) => {
    const earlier = before.find(({ name }) => name === later.name)
    return earlier === undefined ? [] : [changeOf(runs, earlier, later)]
  })
  return { margin: runs.margin, arms, ...conclude(arms) }
}

export function nothingCompared(margin: number): Change {
  return { margin, arms: [], ...nothing }
}

function changeOf(runs: TwoRuns, earlier: ArmResult, later: ArmResult): ArmChange {
  const isTimed = runs.before.run.mode === 'real' && runs.after.run.mode === 'real'
  const [before, after] = [countsOf(earlier), countsOf(later)]
  return {
    name: later.name,
    latency: isTimed ? latencyChanges(runs, later.name) : [],
    correctness: { before, after },
    isNewlyBroken: before.verdict === 'holds' && after.verdict === 'broken',
  }
}

function countsOf({ correctness, races }: ArmResult): Counts {
  const { verdict, staleAdmissions, staleAccepts, lateCommits } = correctness
  return { verdict, staleAdmissions, staleAccepts, lateCommits, racesHeld: races.held }
}

function conclude(arms: readonly ArmChange[]): Pick<Change, 'verdict' | 'exitCode'> {
  if (arms.some(isWorse)) return { verdict: 'worse', exitCode: exitCodes.worse }
  const timed = arms.flatMap(({ latency }) => latency)
  const isUntimed = timed.length > 0 && timed.every(({ ratio }) => ratio === null)
  if (arms.length === 0 || isUntimed) return nothing
  return { verdict: 'not-worse', exitCode: exitCodes.pass }
}

const nothing = { verdict: 'nothing-compared', exitCode: exitCodes.invalid } as const

function isWorse({ latency, isNewlyBroken }: ArmChange): boolean {
  return isNewlyBroken || latency.some(({ verdict }) => verdict === 'worse')
}
