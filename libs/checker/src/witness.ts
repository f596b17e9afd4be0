import type { Witness } from '@keyrace/contracts'
import { mayFollowFromAdmission } from './consequence.ts'
import type { Finding, NamedFinding } from './invariants/invariant.ts'

/**
 * The worst finding under each invariant: a violation before anything tolerated, then the longest lag. They
 * come in that order as well. What follows from an admission goes with it, and shows nothing.
 */
export function worstWitnesses(findings: readonly NamedFinding[]): Witness[] {
  const telling = findings.filter((finding) => !mayFollowFromAdmission(finding))
  const byInvariant = Map.groupBy(telling, ({ invariant }) => invariant)
  return [...byInvariant.values()]
    .map((candidates) => candidates.reduce((a, b) => (byWeight(a, b) > 0 ? b : a)))
    .sort(byWeight)
    .map(witnessOf)
}

/** Negative where the first one weighs more. */
function byWeight(a: NamedFinding, b: NamedFinding): number {
  return Number(b.violation) - Number(a.violation) || certainMs(b) - certainMs(a)
}

function certainMs({ stalenessMs }: Finding): number {
  return stalenessMs?.certain ?? 0
}

function witnessOf({ op, violation, ground, ...witness }: NamedFinding): Witness {
  return witness
}
