import {
  type Clock,
  type Processes,
  type ProcessIdentity,
  StorageError,
} from '@keyrace/environment'

/** What a holder writes about itself. The ticket's number is its file name, and the fencing token. */
export interface Ticket {
  readonly state: 'held' | 'released'
  /** For people: replica and user. */
  readonly holder: string
  /** For people: milliseconds since 1970 on the holder's clock. */
  readonly acquiredAt: number
  readonly owner: ProcessIdentity
  /** The process that works on the repository for the owner. */
  readonly worker: ProcessIdentity | null
  /** Counts up while the owner is well. */
  readonly heartbeat: number
}

export function formatTicket(ticket: Ticket): string {
  return `${JSON.stringify(ticket)}\n`
}

export function parseTicket(text: string): Ticket {
  try {
    return JSON.parse(text) as Ticket
  } catch (cause) {
    throw new StorageError('EBADMSG', 'a lock ticket cannot be read', { cause })
  }
}

/**
 * Watches tickets for one contender. Processes of this host are asked after; of another host only the
 * heartbeat tells, timed on our own clock: the clocks of two hosts are never compared.
 */
export function createTicketWatch(deps: {
  readonly clock: Clock
  readonly processes: Processes
  readonly heartbeatTimeoutMs: number
}): { isInForce(token: number, ticket: Ticket): boolean } {
  let seen = { token: 0, heartbeat: -1, since: 0 }

  return {
    isInForce(token, { state, owner, worker, heartbeat }) {
      if (state === 'released') return false
      const alive = (worker === null ? [owner] : [owner, worker]).map((process) =>
        deps.processes.isAlive(process),
      )
      if (alive.includes(true)) return true
      return alive.includes(undefined) && beatsStill(token, heartbeat)
    },
  }

  function beatsStill(token: number, heartbeat: number): boolean {
    const now = deps.clock.now()
    if (token !== seen.token || heartbeat !== seen.heartbeat) {
      seen = { token, heartbeat, since: now }
    }
    return now - seen.since < deps.heartbeatTimeoutMs
  }
}
