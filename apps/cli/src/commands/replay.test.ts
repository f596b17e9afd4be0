import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Plan } from '@keyrace/contracts'
import { examplePlan as exampleScenarioPlan } from '@keyrace/report/testing'
import { examplePlan, examplePlayed } from '@keyrace/swarm/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createCli } from '../cli.ts'
import type { Deps } from '../deps.ts'
import { artifacts, fakeDeps } from '../testing/fake-deps.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyrace-replay-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** Plays by script, and tells of two events. */
const playWorld: Deps['playWorld'] = async (plan, { onEvent } = {}) => {
  onEvent?.(0, 'main')
  onEvent?.(1.5, 'poll')
  return examplePlayed(plan)
}

async function replay(args: readonly string[], changes: Partial<Deps> = {}) {
  const { deps, written } = fakeDeps({ playWorld, ...changes })
  return { code: await createCli(deps)(['replay', ...args]), ...written }
}

async function stored(plan: unknown, name = 'plan.json'): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, typeof plan === 'string' ? plan : JSON.stringify(plan))
  return file
}

describe('a simulated world', () => {
  test('is told with its verdict and its hash, and leaves everything that was seen', async () => {
    const out = join(folder, 'again')
    const { code, stdout } = await replay([await stored(examplePlan()), '--out', out])
    expect(code).toBe(2)
    expect(stdout).toContain('3.110 s  bob pushes to foo through builder-2')
    expect(stdout).toContain('FAIL, 1 × stale-admission, 1 × stale-accept\ntrace 0badcafe')
    expect(stdout).toContain(join(out, 'report.html'))
    const files = [
      'history.ndjson.gz',
      'plan.json',
      'replay.json',
      'report.html',
      'trace.ndjson.gz',
    ]
    expect((await readdir(out)).toSorted()).toEqual(files)
    expect(gunzipSync(await readFile(join(out, 'trace.ndjson.gz'))).toString()).toBe(
      '{"t":0,"label":"main"}\n{"t":1.5,"label":"poll"}\n',
    )
    expect(JSON.parse(await readFile(join(out, 'plan.json'), 'utf8'))).toEqual(examplePlan())
  })

  test('is only JSON where that is asked for, and the same as is left behind', async () => {
    const out = join(folder, 'again')
    const { stdout } = await replay([await stored(examplePlan()), '--out', out, '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'fail',
      exitCode: 2,
      trace: { hash: '0badcafe' },
      violations: { 'stale-admission': 1, 'stale-accept': 1 },
    })
    expect(stdout).toBe(await readFile(join(out, 'replay.json'), 'utf8'))
  })

  test('is found by its folder, and in it as often as one likes', async () => {
    await stored(examplePlan())
    expect((await replay([folder, '--out', folder])).code).toBe(2)
    expect((await replay([folder, '--out', folder])).code).toBe(2)
  })

  test('is drawn again from a token', async () => {
    const seen: string[] = []
    const { code } = await replay(
      ['swarm-1:17:system=fixed,strategies=watch', '--out', join(folder, 'again')],
      {
        playWorld: (plan, options) => {
          seen.push(`${plan.seed} ${plan.strategy}`)
          return playWorld(plan, options)
        },
      },
    )
    expect({ code, seen }).toEqual({ code: 2, seen: ['17 watch'] })
  })

  test('says that it cannot be played with real processes', async () => {
    const { code, stderr } = await replay([await stored(examplePlan()), '--mode', 'real'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: --mode real plays scenarios only.*leave out --mode\n$/)
  })

  test.each(['run.json', 'plan.json'])(
    'does not replace a %s that is not its own',
    async (name) => {
      const out = join(folder, 'other')
      await mkdir(out)
      await writeFile(join(out, name), '{}')
      const { code, stderr } = await replay([await stored(examplePlan()), '--out', out])
      expect(code).toBe(5)
      expect(stderr).toContain('choose another --out')
      expect(await readdir(out)).toEqual([name])
    },
  )
})

describe('a scenario', () => {
  test.each([
    [[], 'real'],
    [['--mode', 'sim'], 'sim'],
  ])('runs again by its plan: %j', async (args, mode) => {
    const seen: Plan[] = []
    const out = join(folder, 'again')
    const file = await stored(exampleScenarioPlan())
    const { code } = await replay([file, '--out', out, ...args], {
      runScenario: async (_, plan) => {
        seen.push(plan)
        return artifacts({ seed: plan.seed })
      },
    })
    expect(code).toBe(0)
    const { scenario, seed, arms } = exampleScenarioPlan()
    expect(seen).toMatchObject([{ scenario, seed, arms, mode }])
    expect(await readdir(out)).toContain('run.json')
  })

  test('that is not there is told with those that are', async () => {
    const file = await stored({ ...exampleScenarioPlan(), scenario: 'deletion-rase' })
    const { code, stderr } = await replay([file])
    expect(code).toBe(1)
    expect(stderr).toContain("did you mean 'deletion-race'?")
  })
})

test.each([
  ['a file that is not there', 'nowhere/plan.json', 'there is no nowhere/plan.json'],
  ['neither file nor token', 'seventeen', 'it is no token, such as swarm-1:17:system=fixed'],
  ['a token of another version', 'swarm-9:17:system=fixed', 'it is of version 9'],
])('%s is one line and exit 1', async (_, named, message) => {
  const { code, stdout, stderr } = await replay([named])
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toContain(message)
  expect(stderr.trimEnd().split('\n')).toHaveLength(1)
})

test.each([
  ['no JSON', '{', 'is not JSON'],
  ['an unknown strategy', { ...examplePlan(), strategy: 'pol' }, "/strategy is 'pol'"],
  ['no scenario', { ...exampleScenarioPlan(), scenario: undefined }, 'scenario'],
  ['a folder without one', undefined, 'it has no plan.json'],
])('a plan with %s is one line and exit 1', async (_, plan, message) => {
  const named = plan === undefined ? folder : await stored(plan)
  const { code, stderr } = await replay([named])
  expect(code).toBe(1)
  expect(stderr).toContain(message)
  expect(stderr.trimEnd().split('\n')).toHaveLength(1)
})
