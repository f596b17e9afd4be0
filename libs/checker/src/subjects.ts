import type { Operation } from './history.ts'
import { idOf } from './registers.ts'

/**
 * What a mutation is about: a key, a permission or an app. By name, because who is denied is not told of any
 * generation.
 */
export function subjectOf({ f, user, key, app }: Operation): string {
  switch (f) {
    case 'addKey':
    case 'removeKey':
      return idOf('key', user, key)
    case 'grant':
    case 'revokeGrant':
      return idOf('permission', user, app)
    default:
      return idOf('app', app)
  }
}

/** What the right to a push rests on, named in the same way. */
export function subjectsOf({ user, key, app }: Operation): readonly string[] {
  return [idOf('key', user, key), idOf('permission', user, app), idOf('app', app)]
}
