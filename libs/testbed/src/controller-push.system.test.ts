import type { FixtureApp } from '@keyrace/load'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stateOf } from './testing/process-tree.ts'
import { callTimeoutMs, type Rig, startRig } from './testing/rig.ts'
import { taskFor } from './testing/rig-processes.ts'

const termMs = 1_000
const timeoutMs = 1_000

let rig: Rig
beforeAll(async () => {
  rig = await startRig({
    strategy: 'controller-push',
    knobs: { reconcileMs: 300, termMs, timeoutMs },
    commitCheck: 'none',
  })
})
afterAll(() => rig?.close())

test('a deletion is acknowledged once every builder knows of it', async () => {
  const app = appAt(0)
  for (const builder of rig.builders) expect(await builder.push(app)).toMatchObject(accepted)
  await deleteApp(app)
  for (const builder of rig.builders) expect(await builder.push(app)).toMatchObject(denied)
  expect((await waits()).at(-1)).toMatchObject({ endedBy: 'acks' })
})

test('a stopped builder holds deletions up for one term, once, and is right when it goes on', async () => {
  const [first, second] = [appAt(1), appAt(2)]
  const [stopped, other] = rig.builders
  for (const app of [first, second]) expect(await stopped.push(app)).toMatchObject(accepted)
  const connections = await Promise.all(
    [first, second].map(({ pusher }) => stopped.connect(pusher)),
  )
  stopped.signal('SIGSTOP')
  await expect.poll(() => stateOf(stopped.pid)).toBe('T')
  await deleteApp(first)
  await deleteApp(second)
  const [held, free] = (await waits()).slice(-2)
  expect(held).toMatchObject({ endedBy: 'expiry' })
  expect(held?.ms).toBeLessThan(termMs + timeoutMs)
  expect(free).toMatchObject({ endedBy: 'acks' })
  expect(await other.push(first)).toMatchObject(denied)
  // Over connections that were there before: the exec requests wait in the stopped process.
  const pushing = [first, second].map((app, index) => connections[index]?.push(taskFor(app)))
  stopped.signal('SIGCONT')
  for (const attempt of await Promise.all(pushing)) expect(attempt).toMatchObject(denied)
  await Promise.all(connections.map((connection) => connection.close()))
})

test('a deletion after a restart of the controller is known to builders that it had not heard of', async () => {
  const app = appAt(3)
  for (const builder of rig.builders) expect(await builder.push(app)).toMatchObject(accepted)
  await rig.controller.kill()
  await rig.controller.restart()
  await deleteApp(app)
  for (const builder of rig.builders) expect(await builder.push(app)).toMatchObject(denied)
})

const accepted = { outcome: 'ok' }
const denied = { outcome: 'denied' }

function appAt(index: number): FixtureApp {
  const app = rig.apps[index]
  if (app === undefined) throw new Error('the fixture has too few apps')
  return app
}

async function deleteApp(app: FixtureApp): Promise<void> {
  const input = { params: { app: app.app } }
  const { ok } = await rig.asOwner(app).call('deleteApp', input, { timeoutMs: callTimeoutMs })
  expect(ok).toBe(true)
}

async function waits() {
  const answer = await rig.operator.call('revocationWaits', {}, { timeoutMs: callTimeoutMs })
  if (!answer.ok) throw new Error(answer.detail)
  return answer.body.arms.rig ?? []
}
