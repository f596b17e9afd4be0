import type { Claim, RightGround, StalenessBounds } from '@keyrace/contracts'
import type { Operation } from './history.ts'

/** What a claim promises about mutations of one effect, among the faults of a run. */
export interface Promised {
  isBounded(ground: RightGround): boolean
  /** How long after its acknowledgement a decision may have missed a mutation; null is for ever. */
  boundMs(ground: RightGround, missed: Operation, decision: Operation): number | null
}

export function promisedBy(
  bounds: StalenessBounds,
  outage: Claim['outage'],
  faults: readonly Operation[],
): Promised {
  return {
    isBounded: (ground) => bounds[ground].ms !== null,
    boundMs(ground, missed, decision) {
      const { ms } = bounds[ground]
      if (ms === null || outage.kind === 'fail-closed') return ms
      if (!faults.some((fault) => isBetween(fault, missed, decision))) return ms
      if (outage.kind === 'unbounded') return null
      // Whoever promises that nothing is missed lets the mutation wait for that, faults or not.
      return ms === 0 ? 0 : Math.max(ms, outage.ms)
    },
  }
}

/** Could a fault have kept the news of a mutation from who decided? */
function isBetween(fault: Operation, missed: Operation, decision: Operation): boolean {
  return befalls(fault, decision) && fault.inv <= decision.inv && missed.cmp <= fault.cmp
}

/** One that names no replica may befall all of them; but clients and reapers bring no news to builders. */
export function befalls(fault: Operation, { replica }: Pick<Operation, 'replica'>): boolean {
  if (/\b(client|reaper)/.test(fault.reason ?? '')) return false
  return fault.replica === null || fault.replica === replica
}
