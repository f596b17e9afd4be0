import { hasNativeCrypto } from '@keyrace/testbed'
import type { Check, Finding } from './check.ts'
import { isAtLeast } from './version.ts'

export const nativeCrypto: Check = {
  name: 'native crypto',
  examine: () => judgeNativeCrypto(hasNativeCrypto(), process.version),
}

/**
 * Without it everything works, but several times slower: figures would be about the client. What is built for
 * Node 24.19 and later of that line may abort the process when garbage is collected (nodejs/node#65446).
 */
export function judgeNativeCrypto(loads: boolean, version: string): Finding {
  const mayAbort = isAtLeast(version, [24, 19]) && !isAtLeast(version, [25, 0])
  if (loads && mayAbort) {
    return {
      status: 'warning',
      found: `ssh2 has it, but in Node ${version} it can abort a builder`,
      fix: 'run with Node 24.18',
    }
  }
  if (loads) return { status: 'ok', found: 'ssh2 has it' }
  return {
    status: 'warning',
    found: 'ssh2 could not load it: latency verdicts are unproven',
    fix: 'apt-get install g++ make python3 && npm rebuild ssh2',
  }
}
