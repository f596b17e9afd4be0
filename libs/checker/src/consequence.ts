import { aCommitIsNeverLate } from './invariants/a-commit-is-never-late.ts'
import type { NamedFinding } from './invariants/invariant.ts'
import { noGhostRepository } from './invariants/no-ghost-repository.ts'

const consequences = [aCommitIsNeverLate.name, noGhostRepository.name]

/** What a stale admission brings about where no terms forbid it: told with that admission, not on its own. */
export function mayFollowFromAdmission({ invariant, violation }: NamedFinding): boolean {
  return !violation && consequences.includes(invariant)
}
