import type { SwarmPlan } from '@keyrace/contracts'

/** Who may do what, as far as the plan goes by then: what is drawn next can make sense. */
export interface Standing {
  readonly users: readonly string[]
  /** What stands now; an app that was deleted is not among them. */
  readonly apps: Map<string, { owner: string; readonly collaborators: Set<string> }>
  readonly keys: Map<string, Set<string>>
}

export function standingOf({ users, apps }: Pick<SwarmPlan, 'users' | 'apps'>): Standing {
  return {
    users: users.map(({ name }) => name),
    apps: new Map(
      apps.map(({ name, owner, collaborators }) => [
        name,
        { owner, collaborators: new Set(collaborators) },
      ]),
    ),
    keys: new Map(
      users.map(({ name, keys }) => [
        name,
        new Set(Array.from({ length: keys }, (_, index) => `${name}/${index + 1}`)),
      ]),
    ),
  }
}
