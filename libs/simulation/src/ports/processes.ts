import type { Processes, ProcessIdentity } from '@keyrace/environment'

/** The processes of all simulated hosts. */
export interface ProcessTable {
  /** Starts a process: what it sees of itself and of the others. */
  start(host: string): Processes
  /** From now on it is dead, for all who can tell. */
  kill(identity: ProcessIdentity): void
}

export function createProcessTable(): ProcessTable {
  const alive = new Set<string>()
  let started = 0
  return {
    start(host) {
      const pid = ++started
      const self = { host, pid, startedAt: `${pid}` }
      alive.add(nameOf(self))
      return {
        self,
        isAlive: (other) => (other.host === host ? alive.has(nameOf(other)) : undefined),
      }
    },
    kill(identity) {
      alive.delete(nameOf(identity))
    },
  }
}

function nameOf({ host, pid, startedAt }: ProcessIdentity): string {
  return `${host}/${pid}/${startedAt}`
}
