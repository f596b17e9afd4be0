import { hasNativeCrypto } from '@keyrace/testbed'
import type { Check, Finding } from './check.ts'

export const nativeCrypto: Check = {
  name: 'native crypto',
  examine: () => judgeNativeCrypto(hasNativeCrypto()),
}

/** Without it everything works, but several times slower: figures would be about the client. */
export function judgeNativeCrypto(loads: boolean): Finding {
  if (loads) return { status: 'ok', found: 'ssh2 has it' }
  return {
    status: 'warning',
    found: 'ssh2 could not load it: latency verdicts are unproven',
    fix: 'apt-get install g++ make python3 && npm rebuild ssh2',
  }
}
