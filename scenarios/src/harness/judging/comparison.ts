import {
  type Comparison,
  type Control,
  type Controls,
  type Environment,
  isTimed,
  type Plan,
  type Sample,
  untouchedPhases,
} from '@keyrace/contracts'
import type { Random } from '@keyrace/environment'
import { compareRatios, distribution, type RatioComparison } from '@keyrace/statistics'
import { type Arm, areTwins, isCompared } from '@keyrace/testbed'
import { timedArms } from '../timing/timed.ts'

/** The figure that arms are compared by: of a block, the median time from when a push was due. */
const metric = 'response.p50'
/** A generator that did less of what it was asked for, or lagged by more of a push, was itself in the way. */
const leastAchieved = 0.99
const mostLag = 0.5

export interface Timed {
  readonly plan: Plan
  /** Asked for by the plan, in its order: the first is what the others are compared with. */
  readonly arms: readonly Arm[]
  readonly control: Arm | undefined
  readonly samples: readonly Sample[]
  readonly environment: Pick<Environment, 'nativeCrypto'>
  readonly random: Random
  /** Pushes per second. */
  achievedRate(arm: string, serviceTimeMs: number): number | undefined
}

/**
 * How much slower or faster pushes are in each arm than in the first, at each service time. The unit is the
 * pair of blocks: pushes of one block are not independent of each other. What no strategy can touch, and a
 * twin of the first arm, are compared in the same way; where they differ, nothing is proven.
 */
export function compareArms(timed: Timed): { comparisons: Comparison[]; controls: Controls } {
  const [first, ...rivals] = timed.arms
  if (first === undefined || !isCompared(timed.plan)) {
    return { comparisons: [], controls: { aa: [], untouchedPhases: [], generator: [] } }
  }
  const compare = createComparer(timed)
  const twins = timed.control === undefined ? rivals.filter(isTwinOf(first)) : [timed.control]
  const { serviceTimesMs } = timed.plan
  const controls: Controls = {
    aa: serviceTimesMs.flatMap((serviceTimeMs) =>
      twins.map((twin) => {
        const compared = compare(serviceTimeMs, twin, first, responseMs)
        return { ...compared.control, ok: isWithinMargin(compared) }
      }),
    ),
    untouchedPhases: serviceTimesMs.flatMap((serviceTimeMs) =>
      rivals.flatMap((rival) =>
        untouchedPhases.map((phase) => {
          const compared = compare(serviceTimeMs, rival, first, (push) => push.phases[phase])
          return { phase, ...compared.control, ok: isUndecided(compared) }
        }),
      ),
    ),
    generator: generatorControls(timed),
  }
  const comparisons = serviceTimesMs.flatMap((serviceTimeMs) =>
    rivals.map((rival): Comparison => {
      const { found, control } = compare(serviceTimeMs, rival, first, responseMs)
      const reasons = doubts(timed, controls, control)
      const { ok: _, ...ratio } = control
      const { p, difference, winShare, morePairs } = found
      const verdict = reasons.length > 0 ? 'unproven' : found.verdict
      const { margin } = timed.plan.latency
      return { metric, ...ratio, p, difference, winShare, margin, verdict, morePairs, reasons }
    }),
  )
  return { comparisons, controls }
}

interface Compared {
  readonly found: RatioComparison
  readonly margin: number
  readonly control: Control
}

type Figure = (sample: Sample) => number | null

const responseMs: Figure = ({ intendedAt, doneAt }) => doneAt - intendedAt

function createComparer({ plan, samples, random }: Timed) {
  const { margin } = plan.latency
  const blocks = Map.groupBy(samples.filter(isTimed), ({ arm, serviceTimeMs, block }) =>
    blockKey(arm, serviceTimeMs, block),
  )
  return (serviceTimeMs: number, a: Arm, b: Arm, figure: Figure): Compared => {
    const medianOf = (arm: Arm, block: number) => {
      const pushes = blocks.get(blockKey(arm.name, serviceTimeMs, block)) ?? []
      const known = pushes.map(figure).filter((ms): ms is number => ms !== null)
      return distribution(known).p50
    }
    const pairs = Array.from({ length: plan.latency.pairs }, (_, n) => ({
      a: medianOf(a, n + 1),
      b: medianOf(b, n + 1),
    })).filter(isWhole)
    const found = compareRatios(pairs, { margin, random })
    const control = {
      serviceTimeMs,
      a: a.name,
      b: b.name,
      pairs: pairs.length,
      ratio: found.ratio,
      ci95: found.ci95,
      ok: true,
    }
    return { found, margin, control }
  }
}

function isWhole(pair: { a: number | null; b: number | null }): pair is { a: number; b: number } {
  return (pair.a ?? 0) > 0 && (pair.b ?? 0) > 0
}

function isTwinOf(first: Arm): (arm: Arm) => boolean {
  return (arm) => areTwins(arm, first)
}

/** Twins may differ by chance, but not by as much as would be called a difference. */
function isWithinMargin({ found: { ratio }, margin }: Compared): boolean {
  return ratio !== null && Math.abs(Math.log(ratio)) <= Math.log(1 + margin)
}

/** What was not measured controls nothing. */
function isUndecided({ found: { ratio, verdict } }: Compared): boolean {
  return ratio !== null && verdict !== 'better' && verdict !== 'worse'
}

/** Why a difference between these two, or its absence, would prove nothing. */
function doubts(
  { environment }: Timed,
  { aa, untouchedPhases: phases, generator }: Controls,
  { serviceTimeMs, a, b }: Control,
): string[] {
  const isHere = (control: Control) => control.serviceTimeMs === serviceTimeMs && !control.ok
  return [
    ...aa
      .filter(isHere)
      .map((twin) => `${twin.b} differed from a twin of itself by ${times(twin.ratio)}`),
    ...phases
      .filter((phase) => isHere(phase) && phase.a === a && phase.b === b)
      .map(
        ({ phase, ratio }) => `${phase}, which no strategy touches, differed by ${times(ratio)}`,
      ),
    ...generator
      .filter((one) => one.serviceTimeMs === serviceTimeMs && !one.ok && [a, b].includes(one.arm))
      .map(({ arm }) => `the load generator did not keep its schedule with ${arm}`),
    ...(environment.nativeCrypto ? [] : ["ssh2's native crypto is not built: see keyrace doctor"]),
  ]
}

function times(ratio: number | null): string {
  return ratio === null ? 'an unknown factor' : `×${ratio.toFixed(2)}`
}

function generatorControls(timed: Timed): Controls['generator'] {
  const { plan, samples, achievedRate } = timed
  const { load } = plan.latency
  if (load.kind === 'closed') return []
  return plan.serviceTimesMs.flatMap((serviceTimeMs) =>
    timedArms(timed).map(({ name: arm }) => {
      const pushes = samples.filter((sample) => {
        return sample.arm === arm && sample.serviceTimeMs === serviceTimeMs && isTimed(sample)
      })
      const lags = pushes.map(({ startedAt, intendedAt }) => startedAt - intendedAt)
      const typical = distribution(pushes.map(({ intendedAt, doneAt }) => doneAt - intendedAt)).p50
      const achievedShare = (achievedRate(arm, serviceTimeMs) ?? 0) / load.ratePerSecond
      const lagShare = (distribution(lags).p99 ?? 0) / (typical || 1)
      const ok = achievedShare >= leastAchieved && lagShare <= mostLag
      return { serviceTimeMs, arm, achievedShare, lagShare, ok }
    }),
  )
}

function blockKey(arm: string, serviceTimeMs: number | null, block: number | null): string {
  return `${arm} ${serviceTimeMs} ${block}`
}
