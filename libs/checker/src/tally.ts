import type { Correctness, RightGround } from '@keyrace/contracts'
import type { Attempt } from './history.ts'
import { aCommitIsNeverLate } from './invariants/a-commit-is-never-late.ts'
import { aRejectedPushWasNotAllowed } from './invariants/a-rejected-push-was-not-allowed.ts'
import { anAcceptedPushWasAllowed } from './invariants/an-accepted-push-was-allowed.ts'
import { anAdmissionIsNeverStale } from './invariants/an-admission-is-never-stale.ts'
import { invariants } from './invariants/index.ts'
import type { Finding, Invariant, NamedFinding } from './invariants/invariant.ts'

type FindingCounts = Omit<
  Correctness,
  'warmPushes' | 'headRoomMs' | 'lateRejections' | 'wastedBytes' | 'witnesses' | 'verdict'
>

/** `violations` has every invariant, and counts only what breaks the verdict. */
export function tallyFindings(
  findings: readonly NamedFinding[],
  replicas: readonly { readonly name: string }[],
): FindingCounts {
  const admissions = under(anAdmissionIsNeverStale, findings)
  const accepts = under(anAcceptedPushWasAllowed, findings)
  const rejects = under(aRejectedPushWasNotAllowed, findings)
  const violations = findings.filter(({ violation }) => violation)
  return {
    violations: Object.fromEntries(
      invariants.map((invariant) => [invariant.name, under(invariant, violations).length]),
    ),
    staleAdmissions: admissions.length,
    staleAdmissionsBeyondClaim: countBeyondClaim(admissions),
    staleAccepts: accepts.length,
    staleAcceptsBeyondClaim: countBeyondClaim(accepts),
    staleRejects: rejects.length,
    staleRejectsBeyondClaim: countBeyondClaim(rejects),
    lateCommits: under(aCommitIsNeverLate, findings).length,
    causes: countCauses(findings),
    measuredStalenessMs: measuredStaleness([...admissions, ...accepts], rejects),
    byReplica: replicas.map(({ name }) => ({
      replica: name,
      staleAdmissions: countAt(name, admissions),
      staleAccepts: countAt(name, accepts),
      staleRejects: countAt(name, rejects),
    })),
  }
}

function under({ name }: Invariant, findings: readonly NamedFinding[]): readonly NamedFinding[] {
  return findings.filter(({ invariant }) => invariant === name)
}

function countCauses(findings: readonly Finding[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { cause } of findings) {
    if (cause !== undefined) counts[cause.code] = (counts[cause.code] ?? 0) + 1
  }
  return counts
}

function countBeyondClaim(findings: readonly Finding[]): number {
  return findings.filter(({ beyondClaim }) => beyondClaim).length
}

function countAt(name: string, findings: readonly Finding[]): number {
  return findings.filter(({ replica }) => replica === name).length
}

/** What was allowed too long, and what was denied too long. */
function measuredStaleness(
  allowed: readonly Finding[],
  denied: readonly Finding[],
): Correctness['measuredStalenessMs'] {
  const of = (concerned: (finding: Finding) => boolean) => ({
    revocation: longest(allowed.filter(concerned)),
    grant: longest(denied.filter(concerned)),
  })
  const about = (ground: RightGround) => of((finding) => finding.ground === ground)
  const byKind = { app: about('app'), permission: about('permission'), key: about('key') }
  return { ...of(() => true), byKind }
}

function longest(findings: readonly Finding[]): Correctness['measuredStalenessMs']['grant'] {
  const lags = findings.flatMap(({ stalenessMs }) => stalenessMs ?? [])
  if (lags.length === 0) return { certain: null, possible: null }
  return {
    certain: lags.reduce((max, { certain }) => Math.max(max, certain), 0),
    possible: lags.reduce((max, { possible }) => Math.max(max, possible), 0),
  }
}

/** Pushes that were let in and then denied at the commit: what they uploaded was for nothing. */
export function tallyLateRejections(
  attempts: readonly Attempt[],
  sentBytes: ReadonlyMap<string, number>,
): Pick<Correctness, 'lateRejections' | 'wastedBytes'> {
  const late = attempts.filter(
    ({ push, admission }) => push.type === 'denied' && admission?.type === 'ok',
  )
  return {
    lateRejections: late.length,
    wastedBytes: late.reduce((sum, { push }) => sum + (sentBytes.get(push.op) ?? 0), 0),
  }
}
