import type { Strategy } from '../strategy.ts'
import { fingerprint } from './fingerprint.ts'
import { poll } from './poll.ts'
import { ttlCache } from './ttl-cache.ts'
import { userKeys } from './user-keys.ts'

/** The rivals, by the name that `--strategy` takes. */
export const strategies = {
  fingerprint,
  'user-keys': userKeys,
  'ttl-cache': ttlCache,
  poll,
} as const satisfies Record<string, Strategy>

export type StrategyName = keyof typeof strategies

export function isStrategyName(name: string): name is StrategyName {
  return Object.hasOwn(strategies, name)
}
