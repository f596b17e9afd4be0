import { clients as clientNames } from '@keyrace/contracts'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createClients } from './clients.ts'
import { createReceiver, key, main, refuse, serve, task } from './testing/rig.ts'
import { startClientThread } from './threads/client-thread.ts'

describe.each(clientNames)('with the client %s', (client) => {
  test.each([0, 2])('pushes over %d threads come to the same', async (workers) => {
    const { git, receive } = createReceiver()
    const clients = createClients({ client, workers })
    onTestFinished(clients.close)
    const { connect, server } = await serve(clients.connect, (exec) => {
      if (exec.command.includes('myapp')) receive(exec)
      else if (exec.command.includes('silent')) exec.drop()
      else refuse(exec.channel, 'denied: no such app')
    })
    const begun: string[] = []
    const connections = [await connect(), await connect(), await connect()]
    const attempts = await Promise.all(
      ['myapp', 'other', 'silent'].map((app, i) =>
        connections[i]?.push({ ...task('n-1'), app, begun: () => begun.push(app) }),
      ),
    )
    expect(attempts).toMatchObject([
      { outcome: 'ok', advertised: new Map(), update: { ref: main, new: git('rev-parse', main) } },
      { outcome: 'denied', reason: 'no such app', advertised: null },
      { outcome: 'info' },
    ])
    expect(attempts.map((attempt) => attempt?.exec)).toEqual([1, 1, 1])
    expect(begun.toSorted()).toEqual(['myapp', 'other', 'silent'])
    expect(connections.map(({ name }) => name)).toEqual(server.clients)
  })

  test.each([0, 1])('with %d threads, refusals are told by code', async (workers) => {
    const clients = createClients({ client, workers })
    onTestFinished(clients.close)
    const { connect, server } = await serve(clients.connect, () => {}, { knows: '' })
    await expect(connect()).rejects.toMatchObject({ name: 'ConnectionRefused', code: 'denied' })
    await server.close()
    await expect(connect()).rejects.toMatchObject({ code: 'unreachable' })
  })

  test.each([0, 1])('with %d threads, to close all is to close each', async (workers) => {
    const clients = createClients({ client, workers })
    const { connect } = await serve(clients.connect, () => {})
    const connection = await connect()
    await clients.close()
    expect(await connection.push(task('n-1'))).toMatchObject({ outcome: 'unavailable', exec: 0 })
  })

  test.each([0, 1])('with %d threads, to close all refuses who is connecting', async (workers) => {
    const clients = createClients({ client, workers })
    const { connect } = await serve(clients.connect, () => {})
    const connecting = connect()
    const refused = expect(connecting).rejects.toMatchObject({ code: 'unreachable' })
    await clients.close()
    await refused
  })

  test('a thread that dies leaves its pushes unknown, and lets nobody connect', async () => {
    const thread = startClientThread(client)
    const { connect } = await serve(thread.connect, () => {})
    const connection = await connect()
    const { promise: begun, resolve } = Promise.withResolvers<void>()
    const pushing = connection.push({ ...task('n-1'), begun: resolve })
    await begun
    await thread.end()
    expect(await pushing).toMatchObject({ outcome: 'info', exec: 1 })
    expect(await connection.push(task('n-2'))).toMatchObject({ outcome: 'unavailable', exec: 0 })
    await expect(connect()).rejects.toMatchObject({
      name: 'ConnectionRefused',
      code: 'unreachable',
    })
  })

  test('a thread that dies in the middle of connecting refuses', async () => {
    const thread = startClientThread(client)
    const connecting = thread.connect({ host: '127.0.0.1', port: 1, key, timeoutMs: 10_000 })
    await thread.end()
    await expect(connecting).rejects.toMatchObject({ code: 'unreachable' })
  })
})
