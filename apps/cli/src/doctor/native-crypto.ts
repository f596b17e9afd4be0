import { hasNativeCrypto } from '@keyrace/testbed'
import type { Check, Finding } from './check.ts'

export const nativeCrypto: Check = {
  name: 'ssh2’s native crypto',
  examine: () => judgeNativeCrypto(hasNativeCrypto()),
}

/** Without it everything works, but several times slower: figures would be about the client. */
export function judgeNativeCrypto(loads: boolean): Finding {
  if (loads) return { status: 'ok', found: 'loads' }
  return {
    status: 'warning',
    found: 'does not load: latency verdicts are unproven',
    fix: 'apt-get install g++ make python3 && npm rebuild ssh2',
  }
}
