/**
 * Names by which operations find each other. Those of different kinds never meet: no name of an app, a user or a
 * key has a space, a slash or a hash sign in it.
 */
export function repositoryOf(app: string | null, generation: number | null): string {
  return `${app}#${generation}`
}

export function pusherOf(user: string | null, key: string | null): string {
  return `${user} ${key}`
}

export function permissionOf(user: string | null, app: string | null): string {
  return `${user}/${app}`
}
