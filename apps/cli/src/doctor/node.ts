import type { Check, Finding } from './check.ts'
import { isAtLeast } from './version.ts'

export const node: Check = { name: 'Node', examine: () => judgeNode(process.version) }

/**
 * Sources run as they are from 24.12 on. What is built for 24.19 and later of that line may abort the process
 * when garbage is collected (nodejs/node#65446), and ssh2's native code does not compile for 26.
 */
export function judgeNode(version: string): Finding {
  const fix = 'npm install, which brings Node 24.18'
  if (!isAtLeast(version, [24, 12])) return { status: 'failure', found: version, fix }
  const mayAbort = isAtLeast(version, [24, 19]) && !isAtLeast(version, [25, 0])
  if (!mayAbort) return { status: 'ok', found: version }
  const found = `${version}, in which native crypto can abort the builder`
  return { status: 'warning', found, fix }
}
