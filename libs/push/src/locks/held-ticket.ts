import { type Cancel, type Clock, type Points, StorageError } from '@keyrace/environment'
import type { HeldLock } from './lock.ts'
import type { Ticket } from './ticket.ts'
import type { Tickets } from './tickets.ts'

/** The holder's side of a ticket that was just created: keeps it beating until it is released. */
export function holdTicket(deps: {
  readonly clock: Clock
  readonly tickets: Tickets
  readonly heartbeatMs: number
  readonly token: number
  readonly points?: Points | undefined
}): HeldLock {
  const { clock, tickets, heartbeatMs, token, points } = deps
  let state: Ticket['state'] = 'held'
  let heartbeat = 0
  let stopHeart: Cancel = () => {}
  let lastWrite: Promise<unknown> = Promise.resolve()
  scheduleBeat()

  return {
    token,
    isHeld: async () => state === 'held' && (await tickets.highestToken()) === token,
    attach: (worker) => write(async () => tickets.add(token, { worker: JSON.parse(worker) })),
    release() {
      state = 'released'
      return beat()
    },
    async retire() {
      state = 'released'
      stopHeart()
      try {
        await write(tickets.removeAll)
      } catch (error) {
        if (!(error instanceof StorageError)) throw error
        await beat()
      }
    },
  }

  function scheduleBeat() {
    stopHeart()
    stopHeart = clock.timer(heartbeatMs, () => void beat())
  }

  // After a release it goes on until that is on disk: a disk that fails for a while does not keep the lock.
  async function beat(): Promise<void> {
    scheduleBeat()
    try {
      if ((await write(addBeat)) === 'held') return
      stopHeart()
      await tickets.removeBefore(token)
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
    }
  }

  async function addBeat(): Promise<Ticket['state']> {
    const held = points?.('lock/before-heartbeat')
    if (held) await held
    const facts = { state, heartbeat: ++heartbeat }
    await tickets.add(token, facts)
    return facts.state
  }

  // One after the other, each as it then is: an older one never comes after a newer one.
  function write<T>(add: () => Promise<T>): Promise<T> {
    const written = lastWrite.then(add)
    lastWrite = written.catch(() => {})
    return written
  }
}
