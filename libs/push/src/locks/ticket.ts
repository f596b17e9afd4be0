import type { Clock, Processes, ProcessIdentity } from '@keyrace/environment'

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

/** A ticket is a file of such lines, each on its own even where the one before was cut short. */
export function formatFacts(facts: Partial<Ticket>): string {
  return `\n${JSON.stringify(facts)}\n`
}

/** What later lines say replaces what earlier ones said. */
export function parseTicket(text: string): Ticket {
  // What has no line end is still being written, or was cut short.
  return Object.assign({}, unknown, ...text.split('\n').slice(0, -1).map(parseFacts))
}

function parseFacts(line: string): Partial<Ticket> {
  // Each second line: asking the parser would cost an exception.
  if (line === '') return {}
  try {
    return JSON.parse(line)
  } catch {
    return {}
  }
}

/**
 * What a crash of the whole host can leave: no process to be asked after. So the ticket is in force until a
 * heartbeat is overdue, which a holder that lives would not miss.
 */
const unknown: Ticket = {
  state: 'held',
  holder: 'nobody knows who',
  acquiredAt: Number.POSITIVE_INFINITY,
  owner: { host: 'unknown', pid: 0, startedAt: '' },
  worker: null,
  heartbeat: 0,
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
