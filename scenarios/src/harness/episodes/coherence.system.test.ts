import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Plan, systemPresets } from '@keyrace/contracts'
import { afterAll, describe, expect, test } from 'vitest'
import { deletionRace } from '../../deletion-race.ts'
import { planOf } from '../../testing/plan-of.ts'
import { runScenario } from '../run-scenario.ts'
import { noRaces, type Scenario } from '../scenario.ts'
import { goBackAcrossReplicas } from './coherence.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyrace-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const goingBack: Scenario = {
  ...deletionRace,
  run: async (context) => ({ races: noRaces, doubts: await goBackAcrossReplicas(context) }),
}

const small: Partial<Plan> = {
  mode: 'real',
  arms: [{ strategy: 'fingerprint', knobs: {} }],
  replicas: 2,
  races: 0,
  users: 2,
  keysPerUser: 1,
  apps: 2,
}

/** Who goes back to the first commit by force, through the replica that took it, after another took a second. */
async function goBack(name: string, changes: Partial<Plan>) {
  const plan = planOf(goingBack, { ...small, ...changes })
  const { run, history } = await runScenario(
    goingBack,
    { ...plan, latency: { ...plan.latency, pairs: 0 } },
    {
      progress: () => {},
      signal: new AbortController().signal,
      folder: join(folder, name),
      keepRepositories: false,
    },
  )
  const pushes = history.filter(({ f, type }) => f === 'push' && type !== 'invoke')
  const [first, second, back] = pushes.slice(-3)
  return { run, first, second, back, correctness: run.arms[0]?.correctness }
}

describe('going back to an earlier commit, with real git', () => {
  test.each(['ssh2', 'openssh'] as const)(
    'is a silent no-op as Deis had it, and is convicted (%s)',
    async (client) => {
      const preset = { ...systemPresets['deis-2018'], system: 'deis-2018' } as const
      const { run, first, second, back, correctness } = await goBack(client, { ...preset, client })
      expect([first?.type, second?.type]).toEqual(['ok', 'ok'])
      expect(back).toMatchObject({ type: 'ok', old: first?.new, new: first?.new })
      expect(run.arms[0]?.pushes).toMatchObject({ noop: 1 })
      expect(correctness?.violations['false-up-to-date']).toBe(1)
      expect(run.exitCode).toBe(2)
    },
  )

  test('moves the ref where replicas share their repositories', async () => {
    const { run, first, second, back, correctness } = await goBack('shared', {})
    expect(second?.old).toBe(first?.new)
    expect(back).toMatchObject({ type: 'ok', old: second?.new, new: first?.new })
    expect(run.arms[0]?.pushes.noop).toBe(0)
    expect(correctness?.verdict).toBe('holds')
  })

  test('is true where a full check refuses whoever comes to a replica that is behind', async () => {
    const { run, first, second, back, correctness } = await goBack('fenced', {
      commitCheck: 'full',
      repositories: 'per-replica',
      lock: 'memory',
    })
    expect(first?.type).toBe('ok')
    expect(second).toMatchObject({
      type: 'fail',
      new: null,
      reason: expect.stringMatching(
        /^unavailable: this replica's repository of \S+ is behind its last release: nothing was changed, push through another replica$/,
      ),
    })
    expect(back).toMatchObject({ type: 'ok', old: first?.new, new: first?.new })
    expect(run.arms[0]?.pushes).toMatchObject({ accepted: 1, unavailable: 1, noop: 1 })
    expect(correctness?.verdict).toBe('holds')
  })
})
