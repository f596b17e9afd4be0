import { type ArmResult, exitCodes, type Run } from '@keyrace/contracts'

type Conclusion = Pick<Run, 'verdict' | 'exitCode' | 'reasons'>

/**
 * The verdict over all arms. What was proven stands even when the run was cut short or raced too little;
 * a run that proved nothing is invalid, never a pass.
 */
export function conclude(
  judged: readonly { readonly result: ArmResult; readonly unread: number }[],
  interrupted: boolean,
): Conclusion {
  const reasons = judged.flatMap(({ result, unread }) => [
    ...brokenReasons(result),
    ...vacuousReasons(result),
    ...unreadReasons(result, unread),
  ])
  const verdicts = judged.map(({ result }) => result.correctness.verdict)
  if (verdicts.includes('broken')) {
    return {
      verdict: 'fail',
      exitCode: interrupted ? exitCodes.interrupted : exitCodes.broken,
      reasons,
    }
  }
  if (interrupted) {
    const cut =
      'The run was stopped before it had held all its races; until then it broke no claim.'
    return { verdict: 'invalid', exitCode: exitCodes.interrupted, reasons: [cut, ...reasons] }
  }
  return reasons.length > 0 || judged.length === 0
    ? { verdict: 'invalid', exitCode: exitCodes.invalid, reasons }
    : { verdict: 'pass', exitCode: exitCodes.pass, reasons }
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
  return staleAdmissionsBeyondClaim + staleAcceptsBeyondClaim + staleRejectsBeyondClaim > 0
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
