import { type ArmResult, type Comparison, exitCodes, type Plan, type Run } from '@keyrace/contracts'
import { writeClause } from './breaches.ts'

type Conclusion = Pick<Run, 'verdict' | 'exitCode' | 'reasons'>

export interface Findings {
  readonly plan: Pick<Plan, 'failOnWorse'>
  readonly judged: readonly { readonly result: ArmResult; readonly unread: number }[]
  /** Of the story itself. */
  readonly doubts: readonly string[]
  readonly comparisons: readonly Comparison[]
  readonly thresholds: Run['thresholds']
  readonly interrupted: boolean
}

/**
 * The verdict over all arms. What was proven stands even when the run was cut short or raced too little;
 * a run that proved nothing is invalid, never a pass.
 */
export function conclude(findings: Findings): Conclusion {
  const { judged, comparisons, interrupted } = findings
  const broken = judged.flatMap(({ result }) => brokenReasons(result))
  const doubts = [
    ...judged.flatMap(({ result, unread }) => [
      ...vacuousReasons(result),
      ...unreadReasons(result, unread),
    ]),
    ...findings.doubts,
    ...uncomparedReasons(comparisons),
  ]
  const missed = thresholdReasons(findings)
  const worse = worseReasons(findings)
  const reasons = [...broken, ...doubts, ...missed, ...worse]

  if (judged.some(({ result }) => result.correctness.verdict === 'broken')) {
    const exitCode = interrupted ? exitCodes.interrupted : exitCodes.broken
    return { verdict: 'fail', exitCode, reasons }
  }
  if (interrupted) {
    const cut = 'The run was stopped before its end; until then it broke no claim.'
    return { verdict: 'invalid', exitCode: exitCodes.interrupted, reasons: [cut, ...reasons] }
  }
  if (doubts.length > 0 || judged.length === 0) {
    return { verdict: 'invalid', exitCode: exitCodes.invalid, reasons }
  }
  if (missed.length > 0) return { verdict: 'fail', exitCode: exitCodes.threshold, reasons }
  if (worse.length > 0) return { verdict: 'fail', exitCode: exitCodes.worse, reasons }
  return { verdict: 'pass', exitCode: exitCodes.pass, reasons }
}

function thresholdReasons({ thresholds }: Findings): string[] {
  return thresholds
    .filter(({ ok }) => !ok)
    .map(
      ({ expression, actual }) =>
        `${expression} does not hold: ${actual ?? 'nothing was measured'}`,
    )
}

function worseReasons({ plan, comparisons }: Findings): string[] {
  if (!plan.failOnWorse) return []
  return comparisons
    .filter(({ verdict }) => verdict === 'worse')
    .map(({ a, b, ratio, serviceTimeMs }) => {
      return `pushes of ${a} took ×${ratio?.toFixed(2)} those of ${b} at a service time of ${serviceTimeMs} ms`
    })
}

/** What was to be compared and was not is no result. */
function uncomparedReasons(comparisons: readonly Comparison[]): string[] {
  return comparisons
    .filter(({ ratio }) => ratio === null)
    .map(({ a, b, serviceTimeMs }) => {
      return `${a} and ${b} could not be compared at ${serviceTimeMs} ms: too few pairs of blocks`
    })
}

function brokenReasons({ name, correctness }: ArmResult): string[] {
  const violations = Object.entries(correctness.violations)
    .filter(([, count]) => count > 0)
    .map(([invariant, count]) => `${count} × ${invariant}`)
  if (violations.length === 0) return []
  const broken = isBeyondClaim(correctness) ? 'its claim' : 'what was required of it'
  return [`${name} broke ${broken}: ${violations.join(', ')}`]
}

function isBeyondClaim(correctness: ArmResult['correctness']): boolean {
  const { staleAdmissionsBeyondClaim, staleAcceptsBeyondClaim, staleRejectsBeyondClaim } =
    correctness
  const stale = staleAdmissionsBeyondClaim + staleAcceptsBeyondClaim + staleRejectsBeyondClaim
  return stale > 0 || (correctness.violations[writeClause] ?? 0) > 0
}

function vacuousReasons({ name, races }: ArmResult): string[] {
  if (races.held >= races.planned) return []
  const cells = races.perReplica
    .filter(({ held }) => held < races.planned)
    .map(({ replica, held }) => `${replica} ${held}`)
  const detail = cells.length > 0 ? ` (${cells.join(', ')})` : ''
  return [`${name} held ${races.held} of ${races.planned} races${detail}`]
}

function unreadReasons({ name }: ArmResult, unread: number): string[] {
  return unread === 0 ? [] : [`${name}: ${unread} acknowledged pushes were never looked for`]
}
