import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { ClientName } from '@keyrace/contracts'
import { connectWith } from '../client-connect.ts'
import { ConnectionRefused, type PushConnection } from '../push-client.ts'
import type { ConnectRequest, Opening, Order, Progress } from './messages.ts'

const connect = connectWith[workerData as ClientName]

parentPort?.on('message', ({ options, port }: ConnectRequest) => {
  connect(options).then(
    (connection) => serve(connection, port),
    (error) => refuse(error, port),
  )
})

function serve(connection: PushConnection, port: MessagePort): void {
  const { name, stamps } = connection
  port.on('message', (order: Order) => {
    if (order.kind === 'push') void push(connection, order, port)
    else void connection.close().finally(() => port.close())
  })
  port.postMessage({ kind: 'connected', name, stamps } satisfies Opening)
}

function refuse(error: unknown, port: MessagePort): void {
  const answer: Opening =
    error instanceof ConnectionRefused
      ? { kind: 'refused', code: error.code, message: error.message, offeredAt: error.offeredAt }
      : { kind: 'failed', error }
  port.postMessage(answer)
  port.close()
}

async function push(
  connection: PushConnection,
  { id, task }: Extract<Order, { kind: 'push' }>,
  port: MessagePort,
): Promise<void> {
  const tell = (progress: Progress) => port.postMessage(progress)
  const attempt = await connection.push({ ...task, begun: () => tell({ kind: 'begun', id }) })
  tell({ kind: 'ended', id, attempt })
}
