import type { Bound, StalenessBounds } from '@keyrace/contracts'

/** The same bound for deletion of an app, removal of a permission and removal of a key (or their additions). */
export function alike(formula: string, ms: Bound['ms']): StalenessBounds {
  const bound = { formula, ms }
  return { app: bound, permission: bound, key: bound }
}

export const immediate = alike('0', 0)

/** Mutations are acknowledged without waiting for any builder. */
export const unhinderedWrites = { formula: '0', ms: 0 }
