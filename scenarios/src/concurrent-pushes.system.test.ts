import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LockName } from '@keyrace/contracts'
import { afterAll, expect, test } from 'vitest'
import { deletionRace } from './deletion-race.ts'
import { createSpareApp, orderOf } from './harness/episodes/spare-app.ts'
import { pushOn } from './harness/pushing/push.ts'
import { runScenario } from './harness/run-scenario.ts'
import { type Context, noRaces, type Scenario } from './harness/scenario.ts'
import { planOf } from './testing/plan-of.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyrace-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const [connections, rounds] = [3, 4]

/** Several people push to one app at once, through both builders, again and again. */
const crowding: Scenario = {
  ...deletionRace,
  async run(context) {
    await pushAtOnce(context)
    return { races: noRaces }
  },
}

async function pushAtOnce(context: Context): Promise<void> {
  const [arm] = context.world.arms
  const app = await createSpareApp(context, 'crowded')
  const lanes = (arm?.replicas ?? []).flatMap((replica) =>
    Array.from({ length: connections }, (_, index) => ({ replica, index })),
  )
  await Promise.all(
    lanes.map(async ({ replica, index }) => {
      const connection = await replica.connect(app.pusher)
      for (let round = 0; round < rounds && arm !== undefined; round++) {
        const nonce = `${replica.name}/${index}/${round}`
        await pushOn(connection, orderOf(context, { arm, replica, app, nonce }), context)
      }
      await connection.close()
    }),
  )
}

async function crowd(lock: LockName) {
  const plan = planOf(crowding, {
    ...{ mode: 'real', lock, repositories: 'shared', replicas: 2, races: 0 },
    ...{ users: 1, keysPerUser: 1, apps: 1, arms: [{ strategy: 'fingerprint', knobs: {} }] },
  })
  const { run, history } = await runScenario(
    crowding,
    { ...plan, latency: { ...plan.latency, pairs: 0 } },
    {
      progress: () => {},
      signal: new AbortController().signal,
      folder: join(folder, lock),
      keepRepositories: false,
    },
  )
  const ends = history.filter(({ f, type }) => f === 'push' && type !== 'invoke')
  return { run, violations: run.arms[0]?.correctness.violations, ends }
}

const fromTheFirst = { 'forked-history': 0, 'lost-acknowledged-push': 0, 'false-up-to-date': 0 }

test('two replicas take turns at one repository, whose lock is beside it: nobody loses a push', async () => {
  const { run, violations, ends } = await crowd('file')
  expect(ends.map(({ type }) => type)).toEqual(Array(2 * connections * rounds).fill('ok'))
  expect(violations).toMatchObject({ ...fromTheFirst, 'two-pushes-at-once': 0 })
  expect(run.arms[0]?.correctness.verdict).toBe('holds')
})

test('locks in memory let replicas into one repository together: git alone keeps what was acknowledged', async () => {
  const { violations, ends } = await crowd('memory')
  const reasons = ends.flatMap(({ reason }) => (reason?.startsWith('busy') ? [reason] : []))
  expect(violations).toMatchObject(fromTheFirst)
  expect(ends.filter(({ type }) => type === 'ok').length).toBeGreaterThan(0)
  // Within one builder nobody waits, and who comes second is told who was first.
  expect(reasons.length).toBeGreaterThan(0)
  for (const reason of reasons) {
    expect(reason).toMatch(
      /^busy: another push to crowded is running \(builder-[12], \S+, for \d+\.\d s\): try again/,
    )
  }
})
