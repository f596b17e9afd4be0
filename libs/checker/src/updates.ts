import type { Attempt, Operation } from './history.ts'

/** Pushes and commits by the sha that they brought, or were to bring; those that failed are among them. */
export type Updates = ReadonlyMap<string | null, readonly Operation[]>

export function updatesOf(attempts: readonly Attempt[]): Updates {
  const updates = attempts.flatMap(({ push, commit }) => (commit ? [push, commit] : [push]))
  return Map.groupBy(updates, (update) => update.new)
}

/** What may have brought a commit into some repository of an app. */
export function possibleUpdates(
  updates: Updates,
  { app, sha }: { readonly app: string | null; readonly sha: string },
): readonly Operation[] {
  return (updates.get(sha) ?? []).filter((update) => update.app === app && mayHaveMoved(update))
}

export function mayHaveMoved({ type }: Operation): boolean {
  return type === 'ok' || type === 'info'
}
