import type { Plan } from '@keyrace/contracts'

/** Who keeps repositories in an arm: the replica of that name, or (null) all replicas together. */
export type Keeper = string | null

export function keepersOf<Replica extends string | { readonly name: string }>(
  { repositories }: Pick<Plan, 'repositories'>,
  { replicas }: { readonly replicas: readonly Replica[] },
): readonly Keeper[] {
  if (repositories === 'shared') return [null]
  return replicas.map((replica) => (typeof replica === 'string' ? replica : replica.name))
}
