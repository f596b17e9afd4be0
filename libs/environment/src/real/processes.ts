import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import type { Processes, ProcessIdentity } from '../disk.ts'

/**
 * Where a number means one process. A host's name comes back after a boot, and containers on the host's
 * network have the same one, with numbers of their own.
 */
const host = [hostname(), bootId(), processNamespace()].join('/')

/** Tells by /proc where there is one, else by signal 0 alone. */
export const realProcesses: Processes = {
  self: identify(process.pid),
  isAlive(identity) {
    if (identity.host !== host) return undefined
    return startTime(identity.pid) === identity.startedAt
  },
}

/** The identity of a process of this host, as it stands now. */
export function identify(pid: number): ProcessIdentity {
  return { host, pid, startedAt: startTime(pid) ?? 'gone' }
}

function bootId(): string {
  return readText('/proc/sys/kernel/random/boot_id')?.trim() ?? 'boot'
}

function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return 'pid'
  }
}

function startTime(pid: number): string | undefined {
  const stat = readText(`/proc/${pid}/stat`)
  if (stat !== undefined) {
    // Field 2 is the command in parentheses and may hold anything: count from its last parenthesis.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state] = fields
    return state === 'Z' || state === 'X' ? undefined : fields[19]
  }
  if (process.platform === 'linux') return undefined
  try {
    process.kill(pid, 0)
    return 'running'
  } catch {
    return undefined
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
