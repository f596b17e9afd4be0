import type { Witness } from '@keyrace/contracts'
import type { Finding, NamedFinding } from './invariants/invariant.ts'

/** The worst finding under each invariant: a violation before anything tolerated, then the longest lag. */
export function worstWitnesses(findings: readonly NamedFinding[]): Witness[] {
  const byInvariant = Map.groupBy(findings, ({ invariant }) => invariant)
  return [...byInvariant.values()].map((candidates) => witnessOf(candidates.reduce(worse)))
}

function worse(a: NamedFinding, b: NamedFinding): NamedFinding {
  const difference = Number(b.violation) - Number(a.violation) || certainMs(b) - certainMs(a)
  return difference > 0 ? b : a
}

function certainMs({ stalenessMs }: Finding): number {
  return stalenessMs?.certain ?? 0
}

function witnessOf({ op, violation, ...witness }: NamedFinding): Witness {
  return witness
}
