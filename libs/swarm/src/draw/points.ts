import { points } from '@keyrace/environment'
import type { Dice } from './dice.ts'

/** FoundationDB's: of all points a world has a quarter, and each of those holds up a quarter of what passes. */
const enabledShare = 0.25
const firingShare = 0.25

export function drawPoints(dice: Dice): Readonly<Record<string, number>> {
  const enabled = dice.some('enabled', Object.keys(points), enabledShare)
  return Object.fromEntries(enabled.map((name) => [name, firingShare]))
}
