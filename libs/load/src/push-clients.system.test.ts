import { chmodSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { clients } from '@keyrace/contracts'
import { realClock as clock } from '@keyrace/environment/real'
import { describe, expect, onTestFinished, test } from 'vitest'
import { connectWith } from './client-connect.ts'
import { ed25519FromText } from './fixture/ed25519.ts'
import { encodePacket } from './git/pkt-line.ts'
import {
  createReceiver,
  emptyAdvertisement,
  key,
  main,
  refuse,
  serve,
  task,
} from './testing/rig.ts'
import type { Exec } from './testing/ssh-server.ts'

const zero = '0'.repeat(40)

describe.each(clients)('with the client %s', (client) => {
  const connectClient = connectWith[client]

  describe('a push that git receives', () => {
    test('lands, and the next one on top of it', async () => {
      const { git, receive } = createReceiver()
      const { connect } = await serve(connectClient, receive)
      const connection = await connect()
      const first = await connection.push(task('n-1'))
      const second = await connection.push(task('n-2'))
      const [one, two] = [first.update?.new, second.update?.new]

      expect(first).toMatchObject({ outcome: 'ok', reason: null, advertised: new Map() })
      expect(first).toMatchObject({ exec: 1, update: { ref: main, old: zero } })
      expect(second).toMatchObject({ outcome: 'ok', exec: 2, update: { ref: main, old: one } })
      expect(second.advertised).toEqual(new Map([[main, one]]))
      git('fsck', '--strict', '--full')
      expect(git('rev-parse', main)).toBe(two)
      expect(JSON.parse(git('show', `${main}:push.json`))).toEqual({ app: 'myapp', nonce: 'n-2' })
    })

    test('can go back to a commit without parents by force, which is no push where it stands', async () => {
      const { git, receive } = createReceiver()
      const { connect } = await serve(connectClient, receive)
      const connection = await connect()
      const first = await connection.push(task('n-1'))
      const again = await connection.push({ ...task('n-1'), asRoot: true })
      const second = await connection.push(task('n-2'))
      const back = await connection.push({ ...task('n-1'), asRoot: true })
      const [one, two] = [first.update?.new, second.update?.new]

      expect(again).toMatchObject({ outcome: 'noop', reason: null, update: { old: one, new: one } })
      expect(back).toMatchObject({ outcome: 'ok', exec: 4, update: { old: two, new: one } })
      expect(git('rev-parse', main)).toBe(one)
    })

    test('is stamped in the order of its steps', async () => {
      const { receive } = createReceiver()
      const { connect } = await serve(connectClient, receive)
      const startedAt = clock.now()
      const connection = await connect()
      const { stamps } = await connection.push(task('n-1'))
      const { execAt, advertisedAt, sentAt, reportedAt, doneAt } = stamps
      const { connectedAt, keyExchangedAt, authenticatedAt } = connection.stamps
      const steps = [
        startedAt,
        connection.stamps.startedAt,
        connectedAt,
        keyExchangedAt,
        authenticatedAt,
        execAt,
        advertisedAt,
        sentAt,
        reportedAt,
        doneAt,
      ]
      expect(steps).toEqual(steps.map(Number).toSorted((a, b) => a - b))
    })

    test('has not begun by the time of its stamp, and has when its caller is told', async () => {
      const { receive } = createReceiver()
      let receivedAt = 0
      const { connect } = await serve(connectClient, (exec) => {
        receivedAt = clock.now()
        receive(exec)
      })
      const connection = await connect()
      const begun: number[] = []
      const { stamps } = await connection.push({
        ...task('n-1'),
        begun: () => begun.push(clock.now()),
      })
      expect(begun).toHaveLength(1)
      expect(stamps.execAt).toBeLessThan(receivedAt)
      expect(begun[0]).toBeGreaterThanOrEqual(stamps.execAt)
      expect(begun[0]).toBeLessThanOrEqual(stamps.advertisedAt ?? 0)
    })

    test('can go on beside others on one connection, each with an ordinal of its own', async () => {
      const { git, receive } = createReceiver()
      const ordinals = new Map<string, number>()
      const { connect } = await serve(connectClient, (exec) => {
        ordinals.set(/app-./.exec(exec.command)?.[0] ?? '', exec.ordinal)
        receive(exec)
      })
      const connection = await connect()
      const tasks = ['a', 'b', 'c', 'd'].map((name) => ({
        ...task(name, `refs/heads/${name}`),
        app: `app-${name}`,
      }))
      const attempts = await Promise.all(tasks.map(connection.push))
      expect(attempts.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok', 'ok'])
      expect(attempts.map(({ exec }) => exec)).toEqual(tasks.map(({ app }) => ordinals.get(app)))
      expect(git('for-each-ref', '--format=%(refname) %(objectname)').split('\n')).toEqual(
        attempts.map(({ update }) => `${update?.ref} ${update?.new}`),
      )
    })

    test('is not acknowledged by anything less than exit status 0', async () => {
      const { git, receive } = createReceiver()
      const { connect } = await serve(connectClient, (exec) => receive(exec, 1))
      const attempt = await (await connect()).push(task('n-1'))
      expect(attempt).toMatchObject({ outcome: 'info', reason: 'exit status 1' })
      expect(git('rev-parse', main)).toBe(attempt.update?.new)
    })

    test('is rejected where git does not take its pack', async () => {
      const { git, receive } = createReceiver()
      git('config', 'receive.maxInputSize', '10')
      const { connect } = await serve(connectClient, receive)
      const attempt = await (await connect()).push(task('n-1'))
      expect(attempt).toMatchObject({ outcome: 'rejected', reason: 'unpacker error' })
      expect(git('for-each-ref')).toBe('')
    })

    test('is rejected in the words of the hook that declined it', async () => {
      const { git, receive } = createReceiver()
      const hook = `${git('rev-parse', '--absolute-git-dir')}/hooks/pre-receive`
      writeFileSync(hook, '#!/bin/sh\necho "denied: your key was removed" >&2\nexit 1\n')
      chmodSync(hook, 0o755)
      const { connect } = await serve(connectClient, receive)
      const attempt = await (await connect()).push(task('n-1'))
      expect(attempt).toMatchObject({ outcome: 'rejected', reason: 'denied: your key was removed' })
    })
  })

  describe('a push whose end nobody saw', () => {
    test('is unknown when the server dies after the exec request', async () => {
      const { connect } = await serve(connectClient, ({ drop }) => drop())
      const attempt = await (await connect()).push(task('n-1'))
      expect(attempt).toMatchObject({ outcome: 'info', exec: 1, advertised: null, update: null })
    })

    test('is unknown when the server dies with the pack in its hands', async () => {
      const { connect } = await serve(connectClient, ({ channel, drop }) => {
        channel.write(emptyAdvertisement)
        channel.once('data', drop)
      })
      const attempt = await (await connect()).push(task('n-1'))
      expect(attempt).toMatchObject({
        outcome: 'info',
        advertised: new Map(),
        update: { old: zero },
      })
      expect(attempt.sentBytes).toBeGreaterThan(0)
    })

    test('is unknown when the server says with the pack in its hands that it fails', async () => {
      const { connect } = await serve(connectClient, ({ channel }) => {
        channel.write(emptyAdvertisement)
        channel.once('data', () => refuse(channel, 'unavailable: disk full'))
      })
      const attempt = await (await connect()).push(task('n-1'))
      expect(attempt).toMatchObject({ outcome: 'info', reason: expect.any(String) })
    })

    test('is unknown when the server falls silent, and leaves the connection to others', async () => {
      const { connect } = await serve(connectClient, ({ channel, ordinal }) => {
        if (ordinal > 1) refuse(channel, 'busy: wait')
      })
      const connection = await connect({ timeoutMs: 2_000 })
      expect(await connection.push(task('n-1'))).toMatchObject({ outcome: 'info', exec: 1 })
      expect(await connection.push(task('n-2'))).toMatchObject({ outcome: 'busy', exec: 2 })
    })

    test('is unknown when the server does not speak git', async () => {
      const { connect } = await serve(
        connectClient,
        ({ channel }) => void channel.write('Welcome!\n'),
      )
      const attempt = await (await connect()).push(task('n-1'))
      expect(attempt).toMatchObject({ outcome: 'info', reason: expect.stringContaining('Welc') })
    })
  })

  describe('a push that is refused', () => {
    test.each(['denied', 'unavailable', 'busy'])(
      'as %s says why, and has sent nothing',
      async (outcome) => {
        const { connect } = await serve(connectClient, ({ channel }) =>
          refuse(channel, `${outcome}: there is no app ä: none`),
        )
        const attempt = await (await connect()).push(task('n-1'))
        expect(attempt).toMatchObject({ outcome, reason: 'there is no app ä: none', exec: 1 })
        expect(attempt).toMatchObject({ advertised: null, update: null, sentBytes: 0 })
      },
    )

    test('hangs up, and stays refused when the connection breaks then', async () => {
      const { connect } = await serve(connectClient, ({ channel, drop }) => {
        channel.write(encodePacket('ERR unavailable: try again'))
        channel.once('end', drop).resume()
      })
      const attempt = await (await connect({ timeoutMs: 120_000 })).push(task('n-1'))
      expect(attempt).toMatchObject({ outcome: 'unavailable', reason: 'try again' })
    })

    test('is unavailable, not unknown, where its exec request could not be sent', async () => {
      const { connect } = await serve(connectClient, ({ drop }) => drop())
      const connection = await connect()
      await connection.push(task('n-1'))
      const attempt = await connection.push(task('n-2'))
      expect(attempt).toMatchObject({ outcome: 'unavailable', exec: 0 })
    })

    test('never reaches a server that opens its channel after the client gave up', async () => {
      const commands: string[] = []
      const waiting: (() => void)[] = []
      const exec = ({ command }: Exec) => void commands.push(command)
      const { connect } = await serve(connectClient, exec, {
        session: (open) => (waiting.length === 0 ? void waiting.push(open) : open()),
      })
      const connection = await connect({ timeoutMs: 1_500 })
      const attempt = await connection.push(task('n-1'))
      expect(attempt).toMatchObject({ outcome: 'unavailable', exec: 0 })
      for (const open of waiting) open()
      await connection.push(task('n-2'))
      expect([waiting.length, commands]).toEqual([1, []])
    })
  })

  describe('a connection', () => {
    test('has the name by which the server knows it', async () => {
      const { connect, server } = await serve(connectClient, () => {})
      expect(server.clients).toEqual([])
      const { name } = await connect()
      expect(server.clients).toEqual([name])
    })

    test('is denied to a key that the server does not know', async () => {
      const { connect } = await serve(connectClient, () => {}, { knows: '' })
      await expect(connect()).rejects.toMatchObject({ name: 'ConnectionRefused', code: 'denied' })
    })

    test('is not made with a server that cannot prove the host key', async () => {
      const { connect } = await serve(connectClient, () => {})
      const right = ed25519FromText('host-key/7').blob.toString('base64')
      await expect(connect({ hostKey: right })).resolves.toHaveProperty('name')
      await expect(connect({ hostKey: key.blob })).rejects.toMatchObject({ code: 'unreachable' })
    })

    test('is refused where nobody listens', async () => {
      const { connect, server } = await serve(connectClient, () => {})
      await server.close()
      await expect(connect()).rejects.toMatchObject({ code: 'unreachable' })
    })

    test('gives up on a server that never says a word', async () => {
      const mute = createServer((socket) => socket.resume())
      await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
      onTestFinished(() => void mute.close())
      const { port } = mute.address() as { port: number }
      const connecting = connectClient({ host: '127.0.0.1', port, key, timeoutMs: 200 })
      await expect(connecting).rejects.toMatchObject({ name: 'ConnectionRefused', code: 'timeout' })
    })

    test('closes, once and again', async () => {
      const { connect } = await serve(connectClient, () => {})
      const connection = await connect()
      await connection.close()
      await connection.close()
      expect(await connection.push(task('n-1'))).toMatchObject({ outcome: 'unavailable', exec: 0 })
    })
  })
})
