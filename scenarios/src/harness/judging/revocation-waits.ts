import type { Consistency, RevocationWait } from '@keyrace/contracts'
import { distribution } from '@keyrace/statistics'

/** How long revocations waited for an arm; null where none did. */
export function summarizeWaits(waits: readonly RevocationWait[]): Consistency['revocationWaitMs'] {
  if (waits.length === 0) return null
  const { p50, p99, max } = distribution(waits.map(({ ms }) => ms))
  const count = (by: RevocationWait['endedBy']) =>
    waits.filter(({ endedBy }) => endedBy === by).length
  return { p50, p99, max, acks: count('acks'), expiry: count('expiry') }
}
