import type { Disk } from '@keyrace/environment'
import { formatFacts, parseTicket, type Ticket } from './ticket.ts'

/** The tickets of one repository: files in its folder, named by their tokens. */
export interface Tickets {
  /** 0 where there has never been one. */
  highestToken(): Promise<number>
  read(token: number): Promise<Ticket | undefined>
  /** False when that number is taken. */
  create(token: number, ticket: Ticket): Promise<boolean>
  /** What is new about a ticket that was created; no news of a ticket that is not there any more. */
  add(token: number, facts: Partial<Ticket>): Promise<void>
  removeBefore(token: number): Promise<void>
  /** All of them, and their folder. */
  removeAll(): Promise<void>
}

export function openTickets(disk: Disk, folder: string): Tickets {
  const path = (token: number) => `${folder}/${token}`
  return {
    highestToken: async () => Math.max(0, ...(await tokens())),
    async read(token) {
      const text = await disk.read(path(token))
      return text === undefined ? undefined : parseTicket(text)
    },
    create: (token, ticket) => disk.create(path(token), formatFacts(ticket)),
    add: (token, facts) => disk.append(path(token), formatFacts(facts)),
    async removeBefore(token) {
      for (const older of await tokens()) if (older < token) await disk.remove(path(older))
    },
    async removeAll() {
      for (const token of await tokens()) await disk.remove(path(token))
      await disk.removeFolder(folder)
    },
  }

  async function tokens(): Promise<number[]> {
    return (await disk.list(folder)).filter((name) => /^\d+$/.test(name)).map(Number)
  }
}
