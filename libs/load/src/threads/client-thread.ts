import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import type { ClientName } from '@keyrace/contracts'
import type { Connect } from '../client-connect.ts'
import { ConnectionRefused } from '../push-client.ts'
import type { ConnectRequest } from './messages.ts'
import { openRemotely, threadEnded } from './remote-connection.ts'

export interface ClientThread {
  readonly connect: Connect
  /** Ends it as it stands, in the middle of whatever it does. */
  end(): Promise<void>
}

/**
 * A thread that runs a client. When it dies, what its pushes came to is unknown, and whoever connects is
 * refused as `unreachable`.
 */
export function startClientThread(client: ClientName): ClientThread {
  const main = new URL('./client-thread-main.ts', import.meta.url)
  const worker = new Worker(main, { workerData: client })
  const ports = new Set<MessagePort>()
  let hasEnded = false
  let cause: unknown
  worker.once('error', (error) => {
    cause = error
  })
  worker.once('exit', () => {
    hasEnded = true
    for (const port of ports) port.close()
  })
  return {
    async connect(options) {
      if (hasEnded) throw new ConnectionRefused('unreachable', threadEnded, { cause })
      const { port1: port, port2 } = new MessageChannel()
      ports.add(port)
      port.once('close', () => ports.delete(port))
      worker.postMessage({ options, port: port2 } satisfies ConnectRequest, [port2])
      return await openRemotely(port)
    },
    async end() {
      await worker.terminate()
    },
  }
}
