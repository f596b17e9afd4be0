import { readFileSync } from 'node:fs'
import { descendantsOf } from '@keyrace/testbed/testing'

/** Milliseconds of the processor, user and system. */
export interface CpuTime {
  /** Of all that runs below us and goes on: servers, controller, database, and what these have ended. */
  readonly serverMs: number
  /** Of ourselves, who push, and of the clients that we started and that have ended. */
  readonly clientMs: number
}

/**
 * Reads /proc, where a process that has ended is added to its parent's account: so nothing is lost as long as
 * every parent waits for its children, which sshd, git, Node and the shell do. Servers that idle meanwhile are
 * charged as well: what `git-file` shows as its server, since it has none, is how much that is. In steps of 10 ms per
 * process, so that only sums over many pushes are worth reading.
 */
export function cpuTime(): CpuTime {
  const servers = descendantsOf(process.pid).map(accountOf)
  return {
    serverMs: servers.reduce((sum, ms) => sum + ms, 0),
    clientMs: accountOf(process.pid),
  }
}

/** Linux tells processor time to programs in hundredths of a second. */
const msPerTick = 10

function accountOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command in parentheses may hold anything: count from its last parenthesis.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // Own user and system time, and those of the children that it has waited for.
    const ticks = fields.slice(11, 15).map(Number)
    return ticks.reduce((sum, value) => sum + value, 0) * msPerTick
  } catch {
    // Gone in the meantime, and so in its parent's account.
    return 0
  }
}
