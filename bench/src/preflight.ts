import { existsSync } from 'node:fs'
import { hasNativeCrypto } from '@keyrace/testbed'
import { missingProgram } from './programs.ts'

/** Why nothing measured here would mean anything, with the fix; undefined where it would. */
export function unfit(): string | undefined {
  if (!hasNativeCrypto()) {
    return 'ssh2 has no native crypto, so figures would be about its fallback: apt-get install g++ make python3 && npm rebuild ssh2'
  }
  if (!existsSync('/proc/self/stat')) return 'processor time is read from /proc: run this on Linux'
  return missingProgram('git', 'ssh')
}
