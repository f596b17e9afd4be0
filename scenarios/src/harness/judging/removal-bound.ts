import type { Plan } from '@keyrace/contracts'

/** What one sweep may take: the controller's answer, and the removal of what it finds. */
const longestSweepMs = 5_000

/**
 * How long a repository that nobody uses may outlive the deletion of its app; null where nobody reaps. The
 * deletion may just miss one sweep, and its repository may be the last that the next one comes to.
 */
export function removalBoundMs({ reaper }: Pick<Plan, 'reaper'>): number | null {
  if (reaper === null) return null
  return reaper.graceMs + 2 * (reaper.intervalMs + longestSweepMs)
}
