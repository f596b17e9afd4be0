import { type Cancel, type Clock, type ProcessIdentity, StorageError } from '@keyrace/environment'
import type { HeldLock } from './lock.ts'
import type { Ticket } from './ticket.ts'
import type { Tickets } from './tickets.ts'

/** The holder's side of a ticket that was just created: keeps it beating until it is released. */
export function holdTicket(deps: {
  readonly clock: Clock
  readonly tickets: Tickets
  readonly heartbeatMs: number
  readonly token: number
  readonly ticket: Ticket
}): HeldLock {
  const { clock, tickets, heartbeatMs, token } = deps
  let ticket = deps.ticket
  let stopHeart: Cancel = () => {}
  let lastWrite: Promise<unknown> = Promise.resolve()
  scheduleBeat()

  return {
    token,
    isHeld: async () => ticket.state === 'held' && (await tickets.highestToken()) === token,
    async attach(worker) {
      ticket = { ...ticket, worker: JSON.parse(worker) as ProcessIdentity }
      await write()
    },
    release() {
      ticket = { ...ticket, state: 'released' }
      return beat()
    },
  }

  function scheduleBeat() {
    stopHeart()
    stopHeart = clock.timer(heartbeatMs, () => void beat())
  }

  // After a release it goes on until that is on disk: a disk that fails for a while does not keep the lock.
  async function beat(): Promise<void> {
    ticket = { ...ticket, heartbeat: ticket.heartbeat + 1 }
    scheduleBeat()
    try {
      const { state } = await write()
      if (state === 'held') return
      stopHeart()
      await tickets.removeBefore(token)
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
    }
  }

  // One after the other, each with the ticket as it then is: an older one never replaces a newer one.
  function write(): Promise<Ticket> {
    const written = lastWrite.then(async () => {
      const current = ticket
      await tickets.write(token, current)
      return current
    })
    lastWrite = written.catch(() => {})
    return written
  }
}
