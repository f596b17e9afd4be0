import type { Check, Finding } from './check.ts'
import { versionText } from './version.ts'

export const etcd: Check = {
  name: 'etcd',
  examine: async () => judgeEtcd(await versionText('etcd', '--version')),
}

/** Only the strategy of that name needs it. */
export function judgeEtcd(version: string | undefined): Finding {
  const [first] = version?.split('\n') ?? []
  if (first) return { status: 'ok', found: first }
  const found = 'missing; only --strategy etcd needs it'
  return { status: 'optional', found, fix: 'apt-get install etcd-server' }
}
