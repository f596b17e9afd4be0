import type { RepositoryLayout } from '@keyrace/contracts'
import type { Context } from './invariants/invariant.ts'

/** What each keeper of repositories did: all replicas together, or each of them on its own. */
export function splitByKeeper(
  context: Context,
  replicas: readonly { readonly name: string }[],
  repositories: RepositoryLayout,
): readonly Context[] {
  if (repositories === 'shared') return [context]
  return replicas.map(({ name }) => ofReplica(context, name))
}

function ofReplica(context: Context, name: string): Context {
  const isIts = ({ replica }: { readonly replica: string | null }) => replica === name
  return {
    ...context,
    attempts: context.attempts.filter(({ push }) => isIts(push)),
    reads: context.reads.filter(isIts),
    removals: context.removals.filter(isIts),
    sightings: context.sightings.filter(isIts),
  }
}
