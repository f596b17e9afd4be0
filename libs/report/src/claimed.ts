import type { ArmResult, Bound, StalenessBounds } from '@keyrace/contracts'
import { duration } from './quantities.ts'

/** The widest of an arm's revocation bounds, in milliseconds: what its worst staleness is held against. Null is unbounded. */
export function claimedStalenessMs({ claim }: ArmResult): number | null {
  const bounds = Object.values(claim.revocation).map((bound) => bound.ms)
  return bounds.includes(null) ? null : Math.max(...bounds.map(Number))
}

/** `T + S = 2.00 s`, or one such bound for each kind of mutation where they differ. */
export function boundsText({ app, permission, key }: StalenessBounds): string {
  const texts = { app: boundText(app), permission: boundText(permission), key: boundText(key) }
  if (new Set(Object.values(texts)).size === 1) return texts.app
  return Object.entries(texts)
    .map(([kind, text]) => `${kind} ${text}`)
    .join(', ')
}

export function boundText({ formula, ms }: Bound): string {
  if (ms === null) return 'unbounded'
  return ms === 0 ? 'none' : `${formula} = ${duration(ms)}`
}

export function claimedText(arm: ArmResult): string {
  const ms = claimedStalenessMs(arm)
  return ms === null ? 'unbounded' : duration(ms)
}
