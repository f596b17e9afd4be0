import type { ArmResult, Witness } from '@keyrace/contracts'

/** What an arm broke, one witness each; of an arm that broke nothing, how stale it was at worst. */
export function tellingWitnesses(arm: ArmResult): readonly Witness[] {
  const { witnesses } = arm.correctness
  const broken = witnesses.filter((witness) => isBroken(arm, witness))
  return broken.length > 0 ? broken : worstStaleness(arm)
}

export function isBroken({ correctness }: ArmResult, { invariant }: Witness): boolean {
  return (correctness.violations[invariant] ?? 0) > 0
}

function worstStaleness({ correctness }: ArmResult): Witness[] {
  const { measuredStalenessMs, witnesses } = correctness
  const worst = [measuredStalenessMs.revocation.certain, measuredStalenessMs.grant.certain]
  return worst
    .filter((ms) => ms !== null)
    .flatMap((ms) => witnesses.find(({ stalenessMs }) => stalenessMs?.certain === ms) ?? [])
}
