import {
  type Comparison,
  type ComparisonVerdict,
  type Sample,
  untouchedPhases,
} from '@keyrace/contracts'
import { createRandom } from '@keyrace/environment'
import type { RunRecord } from '@keyrace/report'
import { compareRatios, compareUnpaired } from '@keyrace/statistics'
import { type Cell, isPaired, type Method, pairedBlocks, timedBlocks } from './blocks.ts'

/** How long the pushes of an arm took at one service time; the ratio is after / before. */
export interface LatencyChange extends Pick<Comparison, 'serviceTimeMs' | 'ratio' | 'ci95'> {
  /** Whether blocks with the same schedule were compared one by one, or all with all. */
  readonly method: Method
  readonly beforeMs: number | null
  readonly afterMs: number | null
  readonly verdict: ComparisonVerdict
  /** Why nothing is proven, one sentence each. */
  readonly reasons: readonly string[]
}

export interface TwoRuns {
  readonly before: RunRecord
  readonly after: RunRecord
  readonly margin: number
}

/**
 * An arm at the service times that both runs have. The runs were not at the same time, so a drift of the
 * machine between them is in each ratio: where it shows in what no strategy touches, nothing is proven.
 */
export function latencyChanges(runs: TwoRuns, arm: string): LatencyChange[] {
  const compare = createComparer(runs)
  const [was, is] = [mediansOf(runs.before, arm), mediansOf(runs.after, arm)]
  return [...is.keys()]
    .filter((serviceTimeMs) => was.has(serviceTimeMs))
    .map((serviceTimeMs) => {
      const cell = { arm, serviceTimeMs }
      const found = compare(cell, responseMs)
      const moved = untouchedPhases
        .map((phase) => ({ phase, ...compare(cell, ({ phases }) => phases[phase]) }))
        .filter(({ verdict }) => verdict === 'better' || verdict === 'worse')
      const reasons = [
        ...moved.map(({ phase, ratio }) => {
          return `${phase}, which no strategy touches, took ×${ratio?.toFixed(2)}`
        }),
        ...doubts('earlier', runs.before, cell),
        ...doubts('later', runs.after, cell),
      ]
      return {
        serviceTimeMs,
        beforeMs: was.get(serviceTimeMs) ?? null,
        afterMs: is.get(serviceTimeMs) ?? null,
        ...found,
        verdict: reasons.length > 0 ? 'unproven' : found.verdict,
        reasons,
      }
    })
}

/** Of response times, by service time. */
function mediansOf({ run }: RunRecord, name: string): Map<number, number | null> {
  const figures = run.arms.find((arm) => arm.name === name)?.byServiceTime ?? []
  return new Map(figures.map((one) => [one.serviceTimeMs, one.latencyMs.response.p50]))
}

type Figure = (push: Sample) => number | null

const responseMs: Figure = ({ intendedAt, doneAt }) => doneAt - intendedAt

function createComparer({ before, after, margin }: TwoRuns) {
  const method: Method = isPaired(before.plan, after.plan) ? 'paired' : 'unpaired'
  const random = createRandom(after.run.seed)
  return (cell: Cell, figure: Figure) => {
    const earlier = timedBlocks(before.samples, cell, figure)
    const later = timedBlocks(after.samples, cell, figure)
    const { ratio, ci95, verdict } =
      method === 'paired'
        ? compareRatios(pairedBlocks(later, earlier), { margin, random })
        : compareUnpaired([...later.values()], [...earlier.values()], { margin })
    return { method, ratio, ci95, verdict }
  }
}

/** What the run itself knows against a figure of its own. */
function doubts(which: string, { run }: RunRecord, { arm, serviceTimeMs }: Cell): string[] {
  const { environment, controls } = run
  const generator = controls.generator.find(
    (control) => control.arm === arm && control.serviceTimeMs === serviceTimeMs,
  )
  return [
    ...(environment.nativeCrypto ? [] : [`the ${which} run had no native crypto`]),
    ...(generator?.ok === false
      ? [`the load generator of the ${which} run did not keep its schedule`]
      : []),
  ]
}
