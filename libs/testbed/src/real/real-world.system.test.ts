import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { descendantsOf } from '../testing/process-tree.ts'
import { smallPlan } from '../testing/small-plan.ts'
import { inRealWorld } from './real-world.ts'
import { startService } from './service.ts'

const plan = smallPlan()

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
