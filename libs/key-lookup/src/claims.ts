import type { Bound, Claim, StalenessBounds } from '@keyrace/contracts'

/** The same bound for deletion of an app, removal of a permission and removal of a key (or their additions). */
export function alike(formula: string, ms: Bound['ms']): StalenessBounds {
  const bound = { formula, ms }
  return { app: bound, permission: bound, key: bound }
}

/**
 * Of whoever confirms denials, beside what it grants otherwise. A remembered permission is not confirmed: it
 * names a generation, and so it can still hide an app that was created again.
 */
export function onceConfirmed({ app }: StalenessBounds): StalenessBounds {
  return { ...alike('0', 0), app }
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
