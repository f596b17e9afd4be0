import type { Operation } from './history.ts'
import { permissionOf } from './names.ts'

/**
 * What a mutation is about: a key, a permission or an app. By name, because who is denied is not told of any
 * generation.
 */
export function subjectOf({ f, user, app, pusher }: Operation): string {
  switch (f) {
    case 'addKey':
    case 'removeKey':
      return pusher
    case 'grant':
    case 'revokeGrant':
      return permissionOf(user, app)
    default:
      return `${app}`
  }
}

/** What the right to a push rests on, named in the same way. */
export function subjectsOf({ user, app, pusher }: Operation): readonly string[] {
  return [pusher, permissionOf(user, app), `${app}`]
}
