import type { Check, Finding } from './check.ts'
import { isAtLeast } from './version.ts'

export const node: Check = { name: 'Node', examine: () => judgeNode(process.version) }

/** Sources run as they are from 24.12 on. ssh2's native code does not compile for 26. */
export function judgeNode(version: string): Finding {
  if (isAtLeast(version, [24, 12])) return { status: 'ok', found: version }
  return { status: 'failure', found: version, fix: 'npm install, which brings Node 24' }
}
