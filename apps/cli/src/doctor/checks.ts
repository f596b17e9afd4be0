import type { Check } from './check.ts'
import { docker } from './docker.ts'
import { etcd } from './etcd.ts'
import { git } from './git.ts'
import { loopback } from './loopback.ts'
import { machine } from './machine.ts'
import { nativeCrypto } from './native-crypto.ts'
import { node } from './node.ts'
import { postgres } from './postgres.ts'
import { ssh } from './ssh.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** What keyrace needs of a machine. */
export const checks: readonly Check[] = [
  node,
  git,
  ssh,
  postgres,
  nativeCrypto,
  machine,
  loopback,
  temporaryFolder,
  etcd,
  docker,
]
