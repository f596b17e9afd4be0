import type { Bound, Claim } from '@keyrace/contracts'
import { type Strategy, settle } from '@keyrace/key-lookup'
import type { StrategyRig } from '../strategy-rig.ts'

/** Waits for the longest of some claimed bounds, and not a microsecond more. */
export function elapse(
  rig: StrategyRig,
  strategy: Strategy,
  bounds: (claim: Claim) => readonly Pick<Bound, 'ms'>[],
): Promise<void> {
  return rig.elapse(Math.max(...bounds(claimOf(strategy)).map(({ ms }) => ms ?? 0)))
}

/** Nobody who restores a backup waits for builders: what holds then is what holds in an outage. */
export function everyBound({ revocation, grant, outage }: Claim): readonly Pick<Bound, 'ms'>[] {
  const bounds = [...Object.values(revocation), ...Object.values(grant)]
  return outage.kind === 'bounded' ? [...bounds, outage] : bounds
}

export function claimOf(strategy: Strategy): Claim {
  return strategy.claim(settle('the strategy', strategy, {}))
}
