import type { Bound, Claim, StalenessBounds } from '@keyrace/contracts'

/** The same bound for deletion of an app, removal of a permission and removal of a key (or their additions). */
export function alike(formula: string, ms: Bound['ms']): StalenessBounds {
  const bound = { formula, ms }
  return { app: bound, permission: bound, key: bound }
}

/**
 * Of whoever asks before it denies, beside what it grants otherwise. What it remembers it does not ask about: an
 * owner still hides the next one of the key, and a permission an app that was created again.
 */
export function onceConfirmed(bounds: StalenessBounds): StalenessBounds {
  return { ...bounds, permission: { formula: '0', ms: 0 } }
}

/** Mutations are acknowledged without waiting for any builder. */
export const unhinderedWrites = { formula: '0', ms: 0 }

/** Of whoever asks the controller at each push. */
export const neverStale: Claim = {
  revocation: alike('0', 0),
  grant: alike('0', 0),
  outage: { kind: 'fail-closed' },
  write: unhinderedWrites,
}
