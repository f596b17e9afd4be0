import { builderFingerprint } from './builder-fingerprint.ts'
import { builderPoll } from './builder-poll.ts'
import { builderTtlCache } from './builder-ttl-cache.ts'
import { builderUserKeys } from './builder-user-keys.ts'
import type { Contender } from './contender.ts'
import { gitFile } from './git-file.ts'
import { opensshAkc } from './openssh-akc.ts'
import { opensshAkcNoDelay } from './openssh-akc-no-delay.ts'

/** By the name that `--only` takes. */
export const contenders = {
  'git-file': gitFile,
  'openssh-akc': opensshAkc,
  'openssh-akc-no-delay': opensshAkcNoDelay,
  'builder-fingerprint': builderFingerprint,
  'builder-user-keys': builderUserKeys,
  'builder-ttl-cache': builderTtlCache,
  'builder-poll': builderPoll,
} as const satisfies Record<string, Contender>

export type ContenderName = keyof typeof contenders

export function isContenderName(name: string): name is ContenderName {
  return Object.hasOwn(contenders, name)
}
