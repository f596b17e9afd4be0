import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Plan } from '@keyrace/contracts'
import { expect, onTestFinished, test } from 'vitest'
import { descendantsOf } from '../testing/process-tree.ts'
import { inRealWorld } from './real-world.ts'
import { startService } from './service.ts'

const plan: Plan = {
  schemaVersion: 1,
  scenario: 'any',
  mode: 'real',
  target: 'local',
  seed: 7,
  arms: [{ strategy: 'fingerprint', knobs: {} }],
  replicas: 1,
  users: 1,
  keysPerUser: 1,
  apps: 1,
  races: 0,
  latency: {
    pairs: 0,
    pushesPerBlock: 1,
    warmUpPushes: 0,
    load: { kind: 'closed', clients: 1 },
    margin: 0.1,
  },
  commitCheck: 'none',
  require: 'claimed',
  serviceTimesMs: [0],
  client: 'ssh2',
  workers: 0,
  failOnWorse: false,
  thresholds: [],
  reaper: null,
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'keyrace-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

test('a service that does not start takes all others with it', async () => {
  const before = descendantsOf(process.pid)
  const reaper = { source: 'nonsense' as 'app', intervalMs: 50, graceMs: 0, budget: 1 }
  const options = { folder: newFolder(), keepRepositories: false }
  const started = inRealWorld({ ...plan, reaper }, options, async () => {})
  await expect(started).rejects.toThrow('fingerprint/reaper-1 did not start')
  expect(descendantsOf(process.pid)).toEqual(before)
})

test('a service that ends without a word is told as such', async () => {
  const folder = newFolder()
  const main = join(folder, 'mute.js')
  writeFileSync(main, '')
  const logFile = join(folder, 'log')
  const started = startService({ name: 'mute', main, args: [], env: {}, logFile })
  await expect(started).rejects.toThrow('mute did not start: it said nothing')
})
