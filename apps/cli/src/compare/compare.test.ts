import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Run, Sample } from '@keyrace/contracts'
import { type RunRecord, writeRun } from '@keyrace/report'
import { exampleRecord, exampleRun } from '@keyrace/report/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createCli } from '../cli.ts'
import { fakeDeps } from '../testing/fake-deps.ts'
import { compareRuns } from './compare-runs.ts'

const blocks = 6
const calm = { aa: [], untouchedPhases: [], generator: [] }

interface Shape {
  readonly seed?: number
  /** How much longer the pushes of an arm took. */
  readonly factors?: Readonly<Record<string, number>>
  readonly keyExchangeFactor?: number
  readonly run?: Partial<Run>
}

/** A run of two strategies at two service times, six blocks of three pushes each. */
function recordOf({ seed = 7, factors = {}, keyExchangeFactor = 1, run = {} }: Shape = {}) {
  const { plan, samples, history } = exampleRecord()
  const [pattern] = samples
  const timed = plan.arms.flatMap(({ strategy: arm }) =>
    plan.serviceTimesMs.flatMap((serviceTimeMs) =>
      Array.from({ length: blocks * 3 }, (_, n): Sample => {
        const block = 1 + Math.floor(n / 3)
        // Blocks differ, and pushes within a block do.
        const tookMs = (30 + serviceTimeMs + block + n * 0.1) * (factors[arm] ?? 1)
        const phases = { ...(pattern as Sample).phases, keyExchange: 6 * keyExchangeFactor }
        const labels = { arm, serviceTimeMs, block, phase: 'latency', outcome: 'ok' } as const
        const stamps = { intendedAt: n * 100, startedAt: n * 100, doneAt: n * 100 + tookMs }
        return { ...(pattern as Sample), ...labels, ...stamps, phases }
      }),
    ),
  )
  return {
    run: exampleRun({ seed, controls: calm, ...run }),
    plan: { ...plan, seed },
    samples: timed,
    history,
  }
}

function verdictsOf(before: RunRecord, after: RunRecord, margin = 0.1) {
  const { arms, ...change } = compareRuns({ before, after, margin })
  const verdicts = arms.map(({ latency }) => latency.map(({ verdict }) => verdict))
  return { ...change, verdicts, arms }
}

test.each([0.01, 0.1, 1])(
  'a run is never better or worse than itself, at a margin of %d',
  (margin) => {
    const { verdict, exitCode, verdicts } = verdictsOf(recordOf(), recordOf(), margin)
    expect({ verdict, exitCode }).toEqual({ verdict: 'not-worse', exitCode: 0 })
    expect(verdicts.flat()).toEqual(Array(4).fill('equivalent'))
  },
)

test('an arm that became slower beyond the margin is worse, the other is not', () => {
  const slower = recordOf({ factors: { poll: 1.3 } })
  const { exitCode, verdicts, arms } = verdictsOf(recordOf(), slower)
  expect(exitCode).toBe(4)
  expect(verdicts).toEqual([
    ['equivalent', 'equivalent'],
    ['worse', 'worse'],
  ])
  expect(arms[1]?.latency[0]?.ratio).toBeCloseTo(1.3)
})

test('what became faster is better, and that is no failure', () => {
  const { exitCode, verdicts } = verdictsOf(recordOf({ factors: { poll: 1.3 } }), recordOf())
  expect(exitCode).toBe(0)
  expect(verdicts[1]).toEqual(['better', 'better'])
})

test('runs with the same seed are compared block by block, others all with all', () => {
  const method = (seed: number) =>
    compareRuns({ before: recordOf(), after: recordOf({ seed }), margin: 0.1 }).arms[0]?.latency[0]
      ?.method
  expect([method(7), method(8)]).toEqual(['paired', 'unpaired'])
})

test('where a phase that no strategy touches moved as well, nothing is proven', () => {
  const moved = recordOf({ factors: { poll: 1.3 }, keyExchangeFactor: 1.4 })
  const { exitCode, verdicts, arms } = verdictsOf(recordOf(), moved)
  expect(exitCode).toBe(0)
  expect(new Set(verdicts.flat())).toEqual(new Set(['unproven']))
  expect(arms[0]?.latency[0]?.reasons).toEqual([
    'keyExchange, which no strategy touches, took ×1.40',
  ])
})

test('where a load generator did not keep its schedule, nothing is proven of what it was to time', () => {
  const late = { arm: 'poll', serviceTimeMs: 10, achievedShare: 0.6, lagShare: 0.1, ok: false }
  const before = recordOf({ run: { controls: { ...calm, generator: [late] } } })
  const { verdicts, arms } = verdictsOf(before, recordOf({ factors: { poll: 1.3 } }))
  expect(verdicts).toEqual([
    ['equivalent', 'equivalent'],
    ['worse', 'unproven'],
  ])
  expect(arms[1]?.latency[1]?.reasons).toEqual([
    'the load generator of the earlier run did not keep its schedule',
  ])
})

test('a claim that held and is broken now is worse, however fast the pushes are', () => {
  const [fingerprint, poll] = exampleRun().arms
  const arms = [fingerprint, poll].filter((arm) => arm !== undefined)
  const broken = arms.map((arm) => ({
    ...arm,
    correctness: { ...arm.correctness, verdict: 'broken' as const },
  }))
  const { exitCode, arms: changes } = verdictsOf(recordOf(), recordOf({ run: { arms: broken } }))
  expect(exitCode).toBe(4)
  expect(changes.map(({ isNewlyBroken }) => isNewlyBroken)).toEqual([true, true])
  expect(verdictsOf(recordOf({ run: { arms: broken } }), recordOf()).exitCode).toBe(0)
})

test('virtual time is not compared, and what went wrong in it is', () => {
  const run = { mode: 'sim' } as const
  const { exitCode, verdicts } = verdictsOf(recordOf({ run }), recordOf({ run }))
  expect({ exitCode, verdicts }).toEqual({ exitCode: 0, verdicts: [[], []] })
})

test.each<[string, Partial<RunRecord> | Shape]>([
  ['no timed pushes', { samples: [] }],
  ['no strategy of the other', { run: { ...exampleRun(), arms: [] } }],
])('a run with %s compares nothing, which is no pass', (_, other) => {
  const { verdict, exitCode } = verdictsOf(recordOf(), { ...recordOf(), ...other } as RunRecord)
  expect({ verdict, exitCode }).toEqual({ verdict: 'nothing-compared', exitCode: 5 })
})

test('an arm that was skipped in one of the runs is not compared', () => {
  const skipped = exampleRun().arms.map((arm) =>
    arm.name === 'poll' ? { ...arm, skipped: { reason: 'there is no etcd' } } : arm,
  )
  const { arms } = verdictsOf(recordOf(), recordOf({ run: { arms: skipped } }))
  expect(arms.map(({ name }) => name)).toEqual(['fingerprint'])
})

describe('keyrace compare', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keyrace-compare-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  async function compare(before: RunRecord, after: RunRecord, ...flags: string[]) {
    const paths = [join(folder, 'before'), join(folder, 'after')] as const
    await writeRun(paths[0], before)
    await writeRun(paths[1], after)
    const { deps, written } = fakeDeps()
    return { code: await createCli(deps)(['compare', ...paths, ...flags]), ...written }
  }

  const otherMachine = { run: { environment: { ...exampleRun().environment, cores: 64 } } }

  test('shows both runs, and says in a sentence what is worse', async () => {
    const { code, stdout, stderr } = await compare(recordOf(), recordOf({ factors: { poll: 1.3 } }))
    expect(code).toBe(4)
    expect(stdout).toMatch(/^poll +0\.3 ms .* ×1\.30 \[1\.30, 1\.30\] +worse$/m)
    expect(stdout).toContain('Worse: pushes with poll are slower beyond the margin of 10 %.')
    expect(stderr).toBe('')
  })

  test('a difference that is no evidence is a ~', async () => {
    const { code, stdout } = await compare(
      recordOf(),
      recordOf({ seed: 8, factors: { poll: 1.08 } }),
    )
    expect(code).toBe(0)
    expect(stdout).toMatch(/^poll .* ~$/m)
    expect(stdout).not.toMatch(/better|worse$/m)
  })

  test('runs of different machines are refused, and compared with --force', async () => {
    const refused = await compare(recordOf(), recordOf(otherMachine))
    expect(refused).toMatchObject({ code: 5, stdout: '' })
    expect(refused.stderr).toContain('The runs differ: cores 2 and 64.')
    const forced = await compare(recordOf(), recordOf(otherMachine), '--force')
    expect(forced.code).toBe(0)
    expect(forced.stderr).toContain('cores 2 and 64')
  })

  test('that one of the systems had a quirk is said', async () => {
    const { stderr } = await compare(recordOf(), recordOf({ run: { quirks: ['all-apps'] } }))
    expect(stderr).toContain('They may differ in what they do: quirks none and all-apps.')
  })

  test.each([
    [recordOf(), 0],
    [recordOf(otherMachine), 5],
    [recordOf({ factors: { poll: 2 } }), 4],
  ])('with --json, standard output is JSON and nothing else', async (after, exitCode) => {
    const { code, stdout, stderr } = await compare(recordOf(), after, '--json')
    expect(JSON.parse(stdout)).toMatchObject({ exitCode })
    expect({ code, stderr }).toEqual({ code: exitCode, stderr: '' })
  })
})
