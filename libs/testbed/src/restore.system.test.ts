import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type Change, formatPosition, type Position, type Stamp } from '@keyrace/contracts'
import {
  type ControllerClient,
  ControllerUnavailable,
  createControllerClient,
} from '@keyrace/controller-client'
import { createHttpTransport } from '@keyrace/environment/real'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts'
import { freePort } from './testing/free-port.ts'
import type { Restartable } from './testing/restartable.ts'
import { startController } from './testing/rig-processes.ts'

const timeoutMs = 5_000
const patience = { timeout: 20_000 }

let folder: string
let postgres: EmbeddedPostgres
let controller: Restartable
let transport: ReturnType<typeof createHttpTransport>
let builder: ControllerClient
let alice: ControllerClient

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyrace-restore-'))
  postgres = await startEmbeddedPostgres()
  const origin = `http://127.0.0.1:${await freePort()}`
  const tokens = { operatorToken: 'operator', builderToken: 'builder' }
  controller = await startController({ origin, database: postgres.url, folder, ...tokens })
  transport = createHttpTransport({ origin })
  builder = createControllerClient({ transport, credentials: { builder: tokens.builderToken } })
  alice = await signUp('alice')
})
afterAll(async () => {
  await transport?.close()
  await controller?.stop()
  await postgres?.stop()
  await rm(folder, { recursive: true, force: true })
})

test('a database that is put back under its controller goes on as another history', async () => {
  await createApps('kept')
  await postgres.restart(async (data) => void (await copy(data, join(folder, 'backup'))))
  await createApps('lost')
  const before = await now()
  const told = await follow(before)

  const witness = createWitness()
  const watching = [1, 2, 3].map(() => witness.watch())
  await expect.poll(witness.positions, patience).toEqual([formatPosition(before)])
  await restore()
  await createApps('other', 'third', 'fourth')
  const after = await now()
  await expect.poll(witness.positions, patience).toContain(formatPosition(after))
  witness.stop()
  await Promise.all(watching)

  expect(after.epoch).not.toBe(before.epoch)
  expect(after.revision).toBeGreaterThan(before.revision)
  expect(witness.contradictions()).toEqual([])
  expect(await told()).toEqual([])
  expect(await ask({ since: before.revision, epoch: before.epoch })).toBe('revision-gone')
  expect(await ask({ since: before.revision, epoch: after.epoch })).toBe('ok')
  expect(await builder.call('snapshot', {}, { timeoutMs, ifNoneMatch: before })).toMatchObject({
    ok: true,
  })
  expect(await builder.call('snapshot', {}, { timeoutMs, ifNoneMatch: after })).toMatchObject({
    code: 'not-modified',
  })
})

test('a controller that starts anew keeps the history, and notices one that was put back meanwhile', async () => {
  const before = await now()
  await restartController()
  expect(await now()).toEqual(before)
  await controller.kill()
  await restore()
  await controller.restart()
  await createApps('other', 'third', 'fourth')
  const after = await now()
  expect(after.revision).toBe(before.revision)
  expect(after.epoch).not.toBe(before.epoch)
})

async function restartController(): Promise<void> {
  await controller.kill()
  await controller.restart()
}

/** From the cold copy that the first test made. */
function restore(): Promise<void> {
  return postgres.restart(async (data) => {
    await rm(data, { recursive: true })
    await copy(join(folder, 'backup'), data)
  })
}

/** With owners and modes, on which Postgres insists. */
function copy(from: string, to: string) {
  return promisify(execFile)('cp', ['-a', from, to])
}

async function signUp(username: string): Promise<ControllerClient> {
  const anybody = createControllerClient({ transport, credentials: 'none' })
  const body = { username, password: 'p' }
  await anybody.call('register', { body }, { timeoutMs })
  const login = await anybody.call('login', { body }, { timeoutMs })
  if (!login.ok) throw new Error(login.detail)
  return createControllerClient({ transport, credentials: { user: login.body.token } })
}

/** Repeated until the database is there again. */
async function createApps(...ids: string[]): Promise<void> {
  for (const id of ids) {
    const create = () => orFailure(() => alice.call('createApp', { body: { id } }, { timeoutMs }))
    await expect
      .poll(create, patience)
      .toSatisfy((outcome) => outcome?.ok || outcome?.code === 'app-name-taken')
  }
}

async function now(): Promise<Position> {
  const answer = await builder.call('latestGenerations', {}, { timeoutMs })
  if (answer.stamp === undefined) throw new Error('the answer has no stamp')
  const { epoch, revision } = answer.stamp
  return { epoch, revision }
}

async function ask(query: { readonly epoch: string; readonly since: number }): Promise<string> {
  const answer = await builder.call('changes', { query }, { timeoutMs })
  return answer.ok ? 'ok' : answer.code
}

/** What is told over one stream until its end, whatever ends it. */
async function follow({ epoch, revision }: Position): Promise<() => Promise<readonly Change[]>> {
  const query = { epoch, since: revision, heartbeatMs: 50 }
  const stream = await builder.subscribe('changeStream', { query }, { timeoutMs })
  if (!stream.ok) throw new Error(stream.detail)
  const told: Change[] = []
  const following = orFailure(async () => {
    for await (const event of stream.events) {
      if (event.kind === 'changes') told.push(...event.changes)
    }
  })
  return async () => {
    await following
    return told
  }
}

/** Remembers which apps there were at each position. */
function createWitness() {
  const seen = new Map<string, Set<string>>()
  let isStopped = false
  return {
    async watch() {
      while (!isStopped) {
        await orFailure(readGenerations)
        await orFailure(readSnapshot)
        await delay(5)
      }
    },
    stop() {
      isStopped = true
    },
    positions: () => [...seen.keys()],
    /** Positions at which there were different apps. */
    contradictions: () => [...seen].filter(([, lists]) => lists.size > 1),
  }

  async function readGenerations() {
    const answer = await builder.call('latestGenerations', {}, { timeoutMs })
    if (answer.ok) remember(answer.stamp, answer.body.generations)
  }

  async function readSnapshot() {
    const answer = await builder.call('snapshot', {}, { timeoutMs })
    if (answer.ok) remember(answer.stamp, answer.body.apps)
  }

  function remember(stamp: Stamp | undefined, apps: readonly { readonly app: string }[]) {
    const position = stamp === undefined ? 'none' : formatPosition(stamp)
    const names = apps.map(({ app }) => app).sort()
    seen.set(position, (seen.get(position) ?? new Set()).add(names.join()))
  }
}

async function orFailure<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof ControllerUnavailable) return undefined
    throw error
  }
}
