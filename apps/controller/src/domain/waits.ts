import type { RevocationWait } from '@keyrace/contracts'

/** How long revocations waited for the builders of an arm, and what ended the wait. */
export interface WaitLog {
  record(arm: string, ms: number, endedBy: RevocationWait['endedBy']): void
  /** By arm, oldest first. */
  read(): Record<string, RevocationWait[]>
}

/** Of each arm; beyond that the oldest are forgotten. */
const mostWaits = 10_000

export function createWaitLog(): WaitLog {
  const waitsOf = new Map<string, RevocationWait[]>()
  return {
    record(arm, ms, endedBy) {
      const waits = waitsOf.get(arm) ?? []
      waitsOf.set(arm, waits)
      waits.push({ ms, endedBy })
      if (waits.length > mostWaits) waits.shift()
    },
    read: () => structuredClone(Object.fromEntries(waitsOf)),
  }
}
