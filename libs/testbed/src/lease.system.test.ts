import type { RevocationWait } from '@keyrace/contracts'
import { createControllerClient } from '@keyrace/controller-client'
import { createHttpTransport } from '@keyrace/environment/real'
import type { FixtureApp } from '@keyrace/load'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stateOf } from './testing/process-tree.ts'
import type { Restartable } from './testing/restartable.ts'
import { type Rig, startRig } from './testing/rig.ts'
import { taskFor } from './testing/rig-processes.ts'

const termMs = 2_000
const timeoutMs = 60_000

let rig: Rig
beforeAll(async () => {
  rig = await startRig({
    strategy: 'lease',
    knobs: { termMs, timeoutMs: 1_000 },
    commitCheck: 'none',
  })
})
afterAll(() => rig?.close())

test('a warm push asks nothing, and a deletion is acknowledged once every builder has forgotten', async () => {
  const app = appAt(0)
  await warmUp(app)
  const before = await requests()
  for (const builder of rig.builders) expect(await builder.push(app)).toMatchObject(accepted)
  expect(await requests()).toMatchObject(before)
  const waits = await waitsDuring(() => deleteApp(app))
  for (const builder of rig.builders) expect(await builder.push(app)).toMatchObject(denied)
  expect(waits).toMatchObject([{ endedBy: 'acks' }])
})

test('a stopped builder holds a deletion up for its term, and is right when it goes on', async () => {
  const [stopped, other] = rig.builders
  const [first, second] = [appAt(1), appAt(2)]
  await warmUp(first)
  await warmUp(second)
  const connections = await Promise.all(
    [first, second].map(({ pusher }) => stopped.connect(pusher)),
  )
  await stop(stopped)
  const [held, free] = await waitsDuring(async () => {
    await deleteApp(first)
    await deleteApp(second)
  })
  expect(held).toMatchObject({ endedBy: 'expiry' })
  expect(held?.ms).toBeGreaterThan(0.5 * termMs)
  expect(held?.ms).toBeLessThan(1.5 * termMs)
  expect(free).toMatchObject({ endedBy: 'acks' })
  expect(await other.push(first)).toMatchObject(denied)
  // Over connections that were there before: the exec requests wait in the stopped process.
  const pushing = [first, second].map((app, index) => connections[index]?.push(taskFor(app)))
  stopped.signal('SIGCONT')
  for (const attempt of await Promise.all(pushing)) expect(attempt).toMatchObject(denied)
  await Promise.all(connections.map((connection) => connection.close()))
})

test('builders that do not reach the controller fail closed when their leases are over', async () => {
  const app = appAt(3)
  await warmUp(app)
  await stop(rig.controller)
  await expect
    .poll(async () => (await rig.builders[0].push(app)).outcome, { timeout: timeoutMs })
    .toBe('unavailable')
  for (const builder of rig.builders) {
    expect(await builder.push(app)).toMatchObject({ outcome: 'unavailable' })
  }
  rig.controller.signal('SIGCONT')
  for (const builder of rig.builders) expect(await builder.push(app)).toMatchObject(accepted)
})

test('a thousand revocations wait for a dead builder together', async () => {
  const transport = createHttpTransport({ origin: rig.origin, connections: 1_000 })
  const { token } = appAt(3)
  const owner = createControllerClient({ transport, credentials: { user: token } })
  const names = Array.from({ length: 1_000 }, (_, index) => `app-${index}`)
  await Promise.all(names.map((id) => owner.call('createApp', { body: { id } }, { timeoutMs })))
  await warmUp(appAt(3))
  await rig.builders[1].kill()
  const startedAt = performance.now()
  const waits = await waitsDuring(async () => {
    const deleting = names.map((app) => owner.call('deleteApp', { params: { app } }, { timeoutMs }))
    for (const { ok } of await Promise.all(deleting)) expect(ok).toBe(true)
  })
  const tookMs = performance.now() - startedAt
  const held = waits.filter(({ endedBy }) => endedBy === 'expiry')
  const waitedMs = held.reduce((sum, { ms }) => sum + ms, 0)
  expect(Math.max(...held.map(({ ms }) => ms))).toBeLessThan(1.5 * termMs)
  expect(waitedMs).toBeGreaterThan(10 * tookMs)
  await transport.close()
  await rig.builders[1].restart()
})

test('a deletion whose controller is killed while it waits is done or was never there', async () => {
  const [stopped, other] = rig.builders
  const app = appAt(3)
  await warmUp(app)
  const before = await requests()
  await stop(stopped)
  const deleting = deleteApp(app).catch((error: Error) => error)
  // The other builder asks once it was told to forget: then the deletion waits for the stopped one alone.
  await expect
    .poll(async () => (await other.push(app)).outcome && (await requests()).authorize)
    .toBeGreaterThan(before.authorize)
  await rig.controller.kill()
  expect(await deleting).toBeInstanceOf(Error)
  await rig.controller.restart()
  stopped.signal('SIGCONT')
  const found = await rig.asOwner(app).call('getApp', { params: { app: app.app } }, { timeoutMs })
  const expected = found.ok ? accepted : denied
  for (const builder of [stopped, other]) expect(await builder.push(app)).toMatchObject(expected)
  expect(await deleteApp(app)).toMatchObject(found.ok ? { ok: true } : { code: 'app-not-found' })
  for (const builder of [stopped, other]) expect(await builder.push(app)).toMatchObject(denied)
})

const accepted = { outcome: 'ok' }
const denied = { outcome: 'denied' }

/** Afterwards both builders remember that the owner may push. */
async function warmUp(app: FixtureApp): Promise<void> {
  for (const builder of rig.builders) expect(await builder.push(app)).toMatchObject(accepted)
}

async function stop(service: Restartable): Promise<void> {
  service.signal('SIGSTOP')
  await expect.poll(() => stateOf(service.pid)).toBe('T')
}

function deleteApp(app: FixtureApp) {
  return rig.asOwner(app).call('deleteApp', { params: { app: app.app } }, { timeoutMs })
}

async function waitsDuring(work: () => Promise<unknown>): Promise<RevocationWait[]> {
  const before = await readWaits()
  await work()
  return (await readWaits()).slice(before.length)
}

async function readWaits(): Promise<RevocationWait[]> {
  const answer = await rig.operator.call('revocationWaits', {}, { timeoutMs })
  return answer.ok ? (answer.body.arms.rig ?? []) : []
}

/** Of identify and authorize, so far. */
async function requests() {
  const answer = await rig.operator.call('usage', {}, { timeoutMs })
  const { identify, authorize } = answer.ok
    ? (answer.body.builders.rig?.requests ?? noRequests)
    : noRequests
  return { identify, authorize }
}

const noRequests = { identify: 0, authorize: 0 }

function appAt(index: number): FixtureApp {
  const app = rig.apps[index]
  if (app === undefined) throw new Error('the fixture has too few apps')
  return app
}
