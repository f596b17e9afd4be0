import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Plan } from '@keyrace/contracts'
import { ConnectionRefused, createFixture, type FixtureApp } from '@keyrace/load'
import { expect, test } from 'vitest'
import { findEtcd } from '../etcd-server.ts'
import { smallPlan } from '../testing/small-plan.ts'
import type { Arm } from '../world.ts'
import { inRealWorld, type RealWorld } from './real-world.ts'

const found = findEtcd()
const etcdIsMissing = 'missing' in found
const reason = 'missing' in found ? ` (${found.missing})` : ''
const patience = { timeout: 20_000, interval: 50 }
const timeoutMs = 10_000

const byLists = { strategy: 'kubernetes', knobs: { intervalMs: 100 } }
const byWatch = { strategy: 'kubernetes', knobs: { watch: 1 } }
const etcd = { strategy: 'etcd', knobs: { intervalMs: 100 } }

test('a deleted app is refused by who reads namespaces, and its repository is reaped by who lists them', () =>
  inWorld([byLists, byWatch], async ({ world, push, app }) => {
    for (const arm of world.arms) await expect.poll(() => push(arm), patience).toBe('ok')
    const { token, app: name } = app
    await world.asUser(token).call('deleteApp', { params: { app: name } }, { timeoutMs })
    for (const arm of world.arms) {
      await expect.poll(() => push(arm), patience).toBe('denied')
      await expect.poll(() => world.repositories(arm), patience).toEqual([])
    }
    // Acknowledged once its namespace is there, which waits for the end of the one before.
    const again = world.asUser(token).call('createApp', { body: { id: name } }, { timeoutMs })
    expect(await again).toMatchObject({ ok: true, body: { generation: 2 } })
    for (const arm of world.arms) await expect.poll(() => push(arm), patience).toBe('ok')
  }))

test.skipIf(etcdIsMissing)(`a removed key is refused by who renders it from etcd${reason}`, () =>
  inWorld([etcd], async ({ world, push, app }) => {
    const [arm] = world.arms as [Arm]
    await expect.poll(() => push(arm), patience).toBe('ok')
    const user = world.asUser(app.token)
    const keys = await user.call('listKeys', {}, { timeoutMs })
    for (const { id } of keys.ok ? keys.body.results : []) {
      await user.call('removeKey', { params: { key: id } }, { timeoutMs })
    }
    await expect.poll(() => push(arm), patience).toBe('key refused')
  }),
)

interface Rig {
  readonly world: RealWorld
  readonly app: FixtureApp
  push(arm: Arm): Promise<string>
}

async function inWorld(arms: Plan['arms'], use: (rig: Rig) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'keyrace-test-'))
  const reaper = { source: 'kubernetes', intervalMs: 50, graceMs: 0, budget: 10 } as const
  const plan = smallPlan({ arms, reaper })
  const fixture = createFixture(plan)
  const [app] = fixture.apps
  let pushes = 0
  if (app === undefined) throw new Error('the fixture has no app')
  try {
    await inRealWorld(plan, { folder, keepRepositories: false }, async (world) => {
      await world.load(fixture.lines())
      await use({ world, app, push })
    })
  } finally {
    rmSync(folder, { recursive: true })
  }

  async function push({ replicas: [replica] }: Arm): Promise<string> {
    if (replica === undefined || app === undefined) return 'nobody there'
    try {
      const connection = await replica.connect(app.pusher)
      const nonce = `push ${++pushes}`
      const task = { app: app.app, ref: 'refs/heads/main', nonce }
      const { outcome } = await connection.push(task)
      await connection.close()
      return outcome
    } catch (error) {
      if (!(error instanceof ConnectionRefused)) throw error
      return 'key refused'
    }
  }
}
