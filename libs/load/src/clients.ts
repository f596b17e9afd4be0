import type { Plan } from '@keyrace/contracts'
import { type Connect, connectWith } from './client-connect.ts'
import { ConnectionRefused, type PushConnection } from './push-client.ts'
import { startClientThread } from './threads/client-thread.ts'

/** Where the connections of a run come from. */
export interface Clients {
  readonly connect: Connect
  /** Closes what is still open; pushes that go on there are cut off, and who still connects is refused. */
  close(): Promise<void>
}

/** Spreads connections evenly over so many worker threads; with none of them, they run in this one. */
export function createClients({ client, workers }: Pick<Plan, 'client' | 'workers'>): Clients {
  const threads = Array.from({ length: workers }, () => startClientThread(client))
  const open = new Set<PushConnection>()
  let connects = 0
  let isClosed = false
  return {
    async connect(options) {
      const connect = threads[connects++ % workers]?.connect ?? connectWith[client]
      const connection = await connect(options)
      if (isClosed) {
        await connection.close()
        throw new ConnectionRefused('unreachable', 'the clients were closed meanwhile')
      }
      open.add(connection)
      return {
        ...connection,
        async close() {
          await connection.close()
          open.delete(connection)
        },
      }
    },
    async close() {
      isClosed = true
      await Promise.all([...open].map((connection) => connection.close()))
      await Promise.all(threads.map((thread) => thread.end()))
    },
  }
}
