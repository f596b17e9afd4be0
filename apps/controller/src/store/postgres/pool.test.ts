import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { createPool } from './pool.ts'

/** Messages of the protocol: a connection is let in, and ready for a query. */
const letIn = Buffer.from('R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I', 'latin1')

test('a connection on which a query was not answered carries no other', async () => {
  const connections: Socket[] = []
  const server = createServer((connection) => {
    connections.push(connection)
    connection.once('data', () => connection.write(letIn))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const pool = createPool({
    url: `postgres://u@127.0.0.1:${port}/d`,
    onIdleFailure: () => {},
    answerTimeoutMs: 50,
  })
  for (const expected of [1, 2]) {
    const client = await pool.connect()
    await expect(client.query('SELECT 1', [])).rejects.toMatchObject({ code: 'no-answer' })
    client.release()
    expect(connections).toHaveLength(expected)
  }
  await pool.end()
  server.close()
})
