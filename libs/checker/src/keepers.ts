import type { RepositoryLayout } from '@keyrace/contracts'
import { acknowledgedPushes } from './acknowledged-pushes.ts'
import type { Context } from './invariants/invariant.ts'
import { updatesOf } from './updates.ts'

/** What was done, before anybody has looked for the acknowledged pushes. */
type Deeds = Omit<Context, 'acknowledged'>

/** What each keeper of repositories did: all replicas together, or each of them on its own. */
export function splitByKeeper(
  deeds: Deeds,
  replicas: readonly { readonly name: string }[],
  repositories: RepositoryLayout,
): readonly Context[] {
  const keepers =
    repositories === 'shared' ? [deeds] : replicas.map(({ name }) => ofReplica(deeds, name))
  return keepers.map((keeper) => ({ ...keeper, acknowledged: acknowledgedPushes(keeper) }))
}

function ofReplica(deeds: Deeds, name: string): Deeds {
  const isIts = ({ replica }: { readonly replica: string | null }) => replica === name
  const attempts = deeds.attempts.filter(({ push }) => isIts(push))
  return {
    ...deeds,
    attempts,
    updates: updatesOf(attempts),
    reads: deeds.reads.filter(isIts),
    removals: deeds.removals.filter(isIts),
    sightings: deeds.sightings.filter(isIts),
  }
}
