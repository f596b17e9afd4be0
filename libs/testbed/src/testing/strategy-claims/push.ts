import type { Decision, KeyLookup } from '@keyrace/key-lookup'
import { keyOf } from '../strategy-rig.ts'

/** Asks whether a user may push with their first key. */
export function push(lookup: KeyLookup, user: string, app = 'web'): Promise<Decision> {
  return lookup.authorize({ app, user, key: keyOf(user) })
}
