import type { Plan } from '@keyrace/contracts'
import { type Strategy, strategies } from '@keyrace/key-lookup'
import type { ArmPlan } from './arms.ts'
import { type EtcdBinary, findEtcd } from './etcd-server.ts'

/** Why an arm cannot run here, and what to do about it, on one line; undefined where it can. */
export function obstacleTo({ strategy }: ArmPlan, plan: Plan): string | undefined {
  return obstacleIn(strategies[strategy], plan, findEtcd)
}

export function obstacleIn(
  { needs = [], mostKeys = Number.POSITIVE_INFINITY }: Pick<Strategy, 'needs' | 'mostKeys'>,
  { mode, target, users, keysPerUser }: Plan,
  find: () => EtcdBinary,
): string | undefined {
  const keys = users * keysPerUser
  if (keys > mostKeys) {
    return `it keeps a copy of at most ${mostKeys} keys, and there would be ${keys}: take fewer --users or --keys`
  }
  if (target === 'compose' && needs.length > 0) {
    return `it needs ${needs.join(' and ')}, which is not among the containers: take --target local`
  }
  // A Kubernetes API is always there, simulated where nobody brings one; in virtual time so is etcd.
  if (mode === 'sim' || !needs.includes('etcd')) return undefined
  const found = find()
  return 'missing' in found ? found.missing : undefined
}
