import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { createHistory } from './history.ts'
import { createPool } from './pool.ts'

/** Messages of the protocol: a connection is let in, and ready for a query. */
const letIn = Buffer.from('R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I', 'latin1')

let server: Server
afterEach(() => server.close())

test('a connection on which a query was not answered carries no other', async () => {
  const connections: Socket[] = []
  const url = await serve((connection) => {
    connections.push(connection)
    connection.once('data', () => connection.write(letIn))
  })
  const pool = createPool({ url, onIdleFailure: () => {}, answerTimeoutMs: 50 })
  for (const expected of [1, 2]) {
    const client = await pool.connect()
    await expect(client.query('SELECT 1', [])).rejects.toMatchObject({ code: 'no-answer' })
    client.release()
    expect(connections).toHaveLength(expected)
  }
  await pool.end()
})

test('a connection to an earlier history carries no query once there is a later one', async () => {
  const epochs = ['earlier', 'later', 'later']
  const closed: (string | undefined)[] = []
  const url = await serve((connection) => {
    const epoch = epochs.shift()
    connection.on('close', () => closed.push(epoch))
    connection.on('data', (message) => {
      const isQuery = message[0] === 'Q'.charCodeAt(0)
      connection.write(isQuery ? row('epoch', `${epoch}`) : letIn)
    })
  })
  const history = createHistory()
  const pool = createPool({ url, onIdleFailure: () => {}, history })
  const earlier = await pool.connect()
  expect(history.epoch()).toBe('earlier')
  const later = await pool.connect()
  expect(history.epoch()).toBe('later')
  earlier.release()
  later.release()
  const clients = [await pool.connect(), await pool.connect()]
  await expect.poll(() => closed).toEqual(['earlier'])
  expect(epochs).toEqual([])
  for (const client of clients) client.release()
  await pool.end()
})

async function serve(onConnection: (connection: Socket) => void): Promise<string> {
  server = createServer(onConnection).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `postgres://u@127.0.0.1:${(server.address() as AddressInfo).port}/d`
}

/** The answer to a query that has one row of one text. */
function row(column: string, value: string): Buffer {
  const field = Buffer.from('\0\0\0\0\0\0\0\0\0\x19\xff\xff\xff\xff\xff\xff\0\0', 'latin1')
  const length = Buffer.alloc(4)
  length.writeInt32BE(value.length)
  return Buffer.concat([
    message('T', Buffer.from([0, 1]), Buffer.from(`${column}\0`), field),
    message('D', Buffer.from([0, 1]), length, Buffer.from(value)),
    message('C', Buffer.from('SELECT 1\0')),
    message('Z', Buffer.from('I')),
  ])
}

function message(type: string, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const head = Buffer.from(`${type}\0\0\0\0`)
  head.writeInt32BE(content.length + 4, 1)
  return Buffer.concat([head, content])
}
