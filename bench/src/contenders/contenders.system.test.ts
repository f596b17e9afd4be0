import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConnectionRefused, createFixture, type FixtureApp } from '@keyrace/load'
import { commandOf, descendantsOf } from '@keyrace/testbed/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startArena } from '../arena.ts'
import { type Client, PushFailed } from '../clients/client.ts'
import { ssh2 } from '../clients/ssh2.ts'
import { createStockGit } from '../clients/stock-git.ts'
import type { Site } from './contender.ts'
import { contenders } from './index.ts'

const cleanup = new AsyncDisposableStack()
const sizes = { users: 2, keysPerUser: 2, apps: 1 }
const [own, foreign] = [1, 2].map((seed) => createFixture({ ...sizes, seed }))
const stranger = createFixture({ ...sizes, seed: 3 }).apps[0] as FixtureApp
const app = own?.apps[0] as FixtureApp
const foreignApp = foreign?.apps[0] as FixtureApp
let folder: string
let site: Site
let stockGit: Client

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyrace-bench-'))
  cleanup.defer(() => rm(folder, { recursive: true }))
  site = await startArena(cleanup, {
    fixtures: [own, foreign].filter((fixture) => fixture !== undefined),
    contenders: Object.keys(contenders),
    folder,
    logs: folder,
  })
  stockGit = await createStockGit(join(folder, 'stock git'), [app])
})
afterAll(() => cleanup.disposeAsync())

describe.each(Object.values(contenders))('$name', (contender) => {
  const lacking = contender.missing()
  const title = lacking === undefined ? '' : ` (skipped: ${lacking})`

  test.skipIf(lacking !== undefined)(`takes the pushes of who may${title}`, async () => {
    const before = processes()
    const server = await contender.start(site)
    try {
      expect((await stockGit(server, app)).ms).toBeGreaterThan(0)
      expect((await stockGit(server, app)).ms).toBeGreaterThan(0)
      if (server.connect === undefined) return
      const { ms, phases } = await ssh2(server, app)
      const inPhases = Object.values(phases ?? {}).reduce((sum, phase) => sum + phase, 0)
      expect(inPhases).toBeCloseTo(ms)

      await expect(server.connect(stranger.pusher)).rejects.toBeInstanceOf(ConnectionRefused)
      const refused = ssh2(server, { ...app, pusher: foreignApp.pusher })
      await expect(refused).rejects.toBeInstanceOf(PushFailed)
    } finally {
      await server.stop()
    }
    expect(processes()).toEqual(before)
  })
})

/** Ours, but for those of the database: the controller opens connections to it as it needs them. */
function processes(): number[] {
  return descendantsOf(process.pid).filter((pid) => !commandOf(pid).startsWith('postgres:'))
}
