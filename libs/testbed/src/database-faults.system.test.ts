import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { FixtureApp, PushAttempt } from '@keyrace/load'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { expectOneStory } from './testing/expect-one-story.ts'
import { commandOf, descendantsOf, isRunning, stateOf } from './testing/process-tree.ts'
import { type Rig, startRig } from './testing/rig.ts'
import type { RigBuilder } from './testing/rig-processes.ts'
import { startTraffic, type Traffic } from './testing/traffic.ts'

const patience = { timeout: 20_000 }
const unavailable = /^unavailable: cannot check access right now .*: nothing was changed, try again/

let rig: Rig
let traffic: Traffic
beforeAll(async () => {
  const knobs = { timeoutMs: 500 }
  rig = await startRig({ strategy: 'fingerprint', knobs, commitCheck: 'full' })
})
afterEach(() => signalAll(postgres(), 'SIGCONT'))
afterAll(() => rig?.close())
beforeEach(async () => {
  traffic = await startTraffic(rig)
  await traffic.until(isAcknowledged)
})

describe('pushes are unavailable, and none of them is lost,', () => {
  test('while the database says nothing', async () => {
    await expect.poll(freeze).toEqual(new Set(['T']))
    for (const attempt of await Promise.all(rig.builders.map(pushOnce))) {
      expect(wordsOf(attempt)).toMatch(unavailable)
    }
    expect([await rig.status('/healthz'), await rig.status('/readiness')]).toEqual([200, 503])
    signalAll(postgres(), 'SIGCONT')
    await expectRecovery()
  })

  test('when the connections of the database break', async () => {
    for (let times = 0; times < 5; times++) {
      signalAll(connections(), 'SIGTERM')
      await delay(50)
    }
    await expectRecovery()
  })
})

/** Answers the states of its processes: one that was just begun is met the next time. */
function freeze(): Set<string | undefined> {
  signalAll(postgres(), 'SIGSTOP')
  return new Set(postgres().map(stateOf))
}

function pushOnce(builder: RigBuilder): Promise<PushAttempt> {
  return builder.push(rig.apps[0] as FixtureApp)
}

async function expectRecovery(): Promise<void> {
  await traffic.until(isAcknowledged)
  await traffic.stop()
  expect(await rig.status('/readiness')).toBe(200)
  for (const builder of rig.builders) {
    await expect.poll(() => rig.countPending(builder), patience).toBe(0)
  }
  for (const { app, attempts } of traffic.lanes) {
    const failed = attempts.filter((attempt) => !isAcknowledged(attempt))
    for (const attempt of failed) expect(wordsOf(attempt)).toMatch(unavailable)
    await expectOneStory(rig, app, attempts)
  }
}

function isAcknowledged({ outcome }: PushAttempt): boolean {
  return outcome === 'ok'
}

/** What its pusher reads, be it in place of refs or, after the pack, in git's report. */
function wordsOf({ outcome, reason }: PushAttempt): string {
  return outcome === 'rejected' ? `${reason}` : `${outcome}: ${reason}`
}

/** The server first, then all that it started. */
function postgres(): number[] {
  const [pid] = readFileSync(join(rig.database, 'data/postmaster.pid'), 'utf8').split('\n')
  return [Number(pid), ...descendantsOf(Number(pid))]
}

/** The server's end of each connection. */
function connections(): number[] {
  return postgres().filter((pid) => commandOf(pid).includes('[local]'))
}

function signalAll(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids.filter(isRunning)) process.kill(pid, name)
}
