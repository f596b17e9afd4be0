import { invariants } from '@keyrace/checker'
import { type Plan, type QuirkName, quirkNames, quirks, systemPresets } from '@keyrace/contracts'
import { describe, expect, test } from 'vitest'
import { deletionRace } from './deletion-race.ts'
import { goBackAcrossReplicas } from './harness/episodes/coherence.ts'
import { pushBesideAnother } from './harness/episodes/crowd.ts'
import { setServiceTime } from './harness/episodes/service-time.ts'
import { createSpareApp, orderOf, pushUntilAccepted } from './harness/episodes/spare-app.ts'
import { pushAsNamesake } from './harness/episodes/stranger.ts'
import { createBesideSweep } from './harness/episodes/sweep.ts'
import { pushOn } from './harness/pushing/push.ts'
import { noRaces, type Scenario } from './harness/scenario.ts'
import { reaperRace } from './reaper-race.ts'
import { simulateIn } from './testing/simulate.ts'

/** A race with all that it plays of a quirky system, whatever the system. */
function whole(race: Scenario): Scenario {
  return {
    ...race,
    async run(context) {
      const told = await race.run(context)
      if (context.plan.quirks.length > 0) return told
      await pushAsNamesake(context)
      await pushBesideAnother(context)
      await createBesideSweep(context)
      await goBackAcrossReplicas(context)
      return told
    },
  }
}

/** A controller that takes a minute to answer, which no client waits for. */
const silentController: Scenario = {
  ...deletionRace,
  async run(context) {
    const [arm] = context.world.arms
    const [replica] = arm?.replicas ?? []
    if (arm === undefined || replica === undefined) throw new Error('there is no builder')
    const app = await createSpareApp(context, 'unheard')
    await pushUntilAccepted(context, { arm, replica, app, nonce: 'before' })
    const connection = await replica.connect(app.pusher)
    await setServiceTime(context, 60_000)
    await pushOn(connection, orderOf(context, { arm, replica, app, nonce: 'unheard' }), context)
    await setServiceTime(context)
    return { races: noRaces }
  },
}

const few: Partial<Plan> = {
  arms: [{ strategy: 'fingerprint', knobs: {} }],
  users: 6,
  apps: 8,
  keysPerUser: 2,
}
const recreating = { story: whole(deletionRace), plan: { ...few, races: 16 } }

const trials: Readonly<Record<QuirkName, { story: Scenario; plan: Partial<Plan> }>> = {
  'substring-match': recreating,
  'all-apps': recreating,
  'frozen-apps': recreating,
  'names-only': recreating,
  'list-first': { story: whole(reaperRace), plan: { ...few, races: 2 } },
  'expiring-lock': {
    story: whole(deletionRace),
    plan: { ...few, races: 2, commitCheck: 'app' },
  },
  'no-deadlines': { story: silentController, plan: few },
}

describe.each(quirkNames)('%s', (name) => {
  const { story, plan } = trials[name]
  const { invariant } = quirks[name]

  test(`is convicted by ${invariant} where it alone is switched on`, async () => {
    const { run } = await simulateIn(story)({ ...plan, quirks: [name] })
    expect(run).toMatchObject({ exitCode: 2, quirks: [name] })
    expect(run.arms[0]?.correctness.violations[invariant]).toBeGreaterThan(0)
  })

  test('has no part in what we do ourselves: the same plan breaks nothing', async () => {
    const { run } = await simulateIn(story)(plan)
    expect(run.arms[0]?.correctness.verdict).toBe('holds')
  })
})

test.each(quirkNames)('the invariant that is to convict %s is one that is checked', (name) => {
  expect(invariants.map((invariant) => invariant.name)).toContain(quirks[name].invariant)
})

describe('--system deis-2018', () => {
  const preset = { ...systemPresets['deis-2018'], system: 'deis-2018' } as const

  test('is convicted of several faults at once', async () => {
    const { run } = await simulateIn(deletionRace)({ ...few, ...preset, races: 16 })
    const { violations } = run.arms[0]?.correctness ?? {}
    expect(run.exitCode).toBe(2)
    for (const name of [
      'stale-admission',
      'unauthorised-accept',
      'false-up-to-date',
      'two-pushes-at-once',
      'old-code',
    ]) {
      expect([name, violations?.[name]]).not.toEqual([name, 0])
    }
  })

  test('names itself, and not its parts, in the command that runs it again', async () => {
    const { run } = await simulateIn(deletionRace)({ ...few, ...preset, races: 1 })
    expect(run.replay).toContain('--system deis-2018')
    expect(run.replay).not.toMatch(/--quirk|--repositories|--lock/)
  })
})
