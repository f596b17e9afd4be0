import type { AppGeneration } from '@keyrace/contracts'
import { type Clock, type Disk, type Points, type Processes, sleep } from '@keyrace/environment'
import { generationName, parseGenerationName } from '../repositories.ts'
import { holdTicket } from './held-ticket.ts'
import type { Acquired, HeldLock, Locks } from './lock.ts'
import { createTicketWatch } from './ticket.ts'
import { openTickets, type Tickets } from './tickets.ts'
import { createTurns } from './turns.ts'

/** The repositories whose locks have left something on the disk. */
export async function locksOn(disk: Disk): Promise<readonly AppGeneration[]> {
  return (await disk.list('')).flatMap((folder) => parseGenerationName(folder) ?? [])
}

export interface FileLockDeps {
  readonly disk: Disk
  readonly clock: Clock
  readonly processes: Processes
  /** How long a contender waits for its turn. */
  readonly waitMs?: number
  /** Between two looks at a ticket that another process holds. */
  readonly pollMs?: number
  readonly heartbeatMs?: number
  /** After so long without a heartbeat a holder on another host counts as dead. Shorter than `waitMs`. */
  readonly heartbeatTimeoutMs?: number
  /** Contenders of this process for one repository; more are told that it is busy at once. */
  readonly longestQueue?: number
  readonly points?: Points | undefined
}

/**
 * Locks on a disk that all replicas share. A repository's folder holds numbered tickets: the highest one
 * is the holder's, and its number is the fencing token. Who wants the lock creates the next number, once
 * the highest is released or its holder dead. The last ticket stays, so that numbers never start again.
 */
export function createFileLocks({
  disk,
  clock,
  processes,
  waitMs = 10_000,
  pollMs = 20,
  heartbeatMs = 1_000,
  heartbeatTimeoutMs = 5_000,
  longestQueue = 100,
  points,
}: FileLockDeps): Locks {
  const turns = createTurns({ clock, longestQueue })

  return {
    async acquire(app, holder) {
      const folder = generationName(app)
      const tickets = openTickets(disk, folder)
      const deadline = clock.now() + waitMs
      const turn = await turns.take(folder, waitMs)
      if (turn === undefined) return busy(tickets)

      const lock = await contend(tickets, holder, deadline).catch((error: unknown) => {
        turn.pass()
        throw error
      })
      if (lock === undefined) {
        turn.pass()
        return busy(tickets)
      }
      const release = () => lock.release().finally(turn.pass)
      const retire = () => lock.retire().finally(turn.pass)
      return { kind: 'held', lock: { ...lock, release, retire } }
    },
  }

  async function contend(
    tickets: Tickets,
    holder: string,
    deadline: number,
  ): Promise<HeldLock | undefined> {
    const watch = createTicketWatch({ clock, processes, heartbeatTimeoutMs })
    let highest: number | undefined
    for (;;) {
      // While the same ticket is in force, a turn costs one look at the disk.
      if (highest === undefined || !(await isInForce(highest))) {
        highest = await tickets.highestToken()
        if (!(await isInForce(highest))) {
          const lock = await take(tickets, highest + 1, holder)
          if (lock !== undefined) return lock
        }
      }
      if (clock.now() >= deadline) return undefined
      await sleep(clock, pollMs)
    }

    // A ticket that is not there was never issued, or a newer one replaced it meanwhile: `take` finds out.
    async function isInForce(token: number): Promise<boolean> {
      const ticket = await tickets.read(token)
      return ticket !== undefined && watch.isInForce(token, ticket)
    }
  }

  // We may have been slow: the lock is ours only if our number is still the highest once it stands.
  async function take(
    tickets: Tickets,
    token: number,
    holder: string,
  ): Promise<HeldLock | undefined> {
    const heldBefore = points?.('lock/before-ticket')
    if (heldBefore) await heldBefore
    const isOurs = await tickets.create(token, {
      state: 'held',
      holder,
      acquiredAt: clock.wall(),
      owner: processes.self,
      worker: null,
      heartbeat: 0,
    })
    if (!isOurs) return undefined
    const lock = holdTicket({ clock, tickets, heartbeatMs, token, points })
    let isHeld = false
    try {
      const heldAfter = points?.('lock/after-ticket')
      if (heldAfter) await heldAfter
      isHeld = await lock.isHeld()
    } finally {
      if (!isHeld) await lock.release()
    }
    return isHeld ? lock : undefined
  }

  async function busy(tickets: Tickets): Promise<Acquired> {
    const ticket = await tickets.read(await tickets.highestToken())
    const { holder = 'it has just ended', acquiredAt = clock.wall() } = ticket ?? {}
    return { kind: 'busy', holder, ageMs: Math.max(0, clock.wall() - acquiredAt) }
  }
}
