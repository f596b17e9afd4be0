import type { Witness } from '@keyrace/contracts'
import { aCommitIsNeverLate } from './invariants/a-commit-is-never-late.ts'
import type { Finding, NamedFinding } from './invariants/invariant.ts'

/**
 * The worst finding under each invariant: a violation before anything tolerated, then the longest lag. They
 * come in that order as well. A late commit that is no violation goes with its admission, and shows nothing.
 */
export function worstWitnesses(findings: readonly NamedFinding[]): Witness[] {
  const telling = findings.filter(
    ({ invariant, violation }) => violation || invariant !== aCommitIsNeverLate.name,
  )
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

function witnessOf({ op, violation, ...witness }: NamedFinding): Witness {
  return witness
}
