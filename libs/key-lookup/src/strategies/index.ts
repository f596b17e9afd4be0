import type { Strategy } from '../strategy.ts'
import { appKeys } from './app-keys.ts'
import { combined } from './combined.ts'
import { controllerPush } from './controller-push.ts'
import { delta } from './delta.ts'
import { etcd } from './etcd.ts'
import { fileFirst } from './file-first.ts'
import { fingerprint } from './fingerprint.ts'
import { keyCheck } from './key-check.ts'
import { kubernetes } from './kubernetes.ts'
import { lease } from './lease.ts'
import { poll } from './poll.ts'
import { ttlCache } from './ttl-cache.ts'
import { userKeys } from './user-keys.ts'
import { watch } from './watch.ts'

/** The rivals, by the name that `--strategy` takes. */
export const strategies = {
  fingerprint,
  'user-keys': userKeys,
  'app-keys': appKeys,
  'key-check': keyCheck,
  combined,
  delta,
  'file-first': fileFirst,
  'ttl-cache': ttlCache,
  poll,
  kubernetes,
  watch,
  'controller-push': controllerPush,
  etcd,
  lease,
} as const satisfies Record<string, Strategy>

export type StrategyName = keyof typeof strategies

export function isStrategyName(name: string): name is StrategyName {
  return Object.hasOwn(strategies, name)
}
