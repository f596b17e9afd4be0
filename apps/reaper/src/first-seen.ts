import type { Clock } from '@keyrace/environment'

/** Remembers since when something has been seen without a break. */
export interface FirstSeen {
  /** Milliseconds since it was first seen; 0 now. Under another epoch it begins anew. */
  seenForMs(name: string, epoch: string): number
  /** Forgets all others: what went away and comes back is seen for the first time. */
  keep(names: ReadonlySet<string>): void
}

export function createFirstSeen(clock: Clock): FirstSeen {
  const sightings = new Map<string, { readonly epoch: string; readonly since: number }>()
  return {
    seenForMs(name, epoch) {
      const known = sightings.get(name)
      const sighting = known?.epoch === epoch ? known : { epoch, since: clock.now() }
      sightings.set(name, sighting)
      return clock.now() - sighting.since
    },
    keep(names) {
      for (const name of sightings.keys()) if (!names.has(name)) sightings.delete(name)
    },
  }
}
