import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Plan, Run } from '@keyrace/contracts'
import { strategies as knownStrategies } from '@keyrace/key-lookup'
import { validateRun } from '@keyrace/report'
import { runScenario, scenarios } from '@keyrace/scenarios'
import { SetupError } from '@keyrace/testbed'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createCli } from './cli.ts'
import type { Deps } from './deps.ts'
import { artifacts, fakeDeps } from './testing/fake-deps.ts'

let out: string
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'keyrace-cli-'))
})
afterEach(() => rm(out, { recursive: true }))

describe('wrong usage is exit 1, says what was probably meant, and plays nothing', () => {
  test.each([
    ['rum', 'Did you mean run?'],
    ['run deletion-rase', "did you mean 'deletion-race'?"],
    ['run deletion-race --strategy fingerprnt', "did you mean 'fingerprint'?"],
    ['run deletion-race --set poll.intervallMs=3', "did you mean 'intervalMs'?"],
    ['run deletion-race --strateggy poll', 'Did you mean --strategy?'],
    ['run deletion-race --commit-check ful', 'none, app, full'],
    ['run deletion-race --replicas 0', '1 to 64'],
    ['run deletion-race --races 0', '1 to 100000'],
    ['run deletion-race --races many', 'keyrace help run says more'],
    ['run soak', "unknown scenario 'soak': choose from deletion-race, other-race"],
    ['run deletion-race --seed 4294967296', '0 to 4294967295'],
    ['run deletion-race --set poll.intervalMs=1 --set poll.intervalMs=2', 'set twice'],
    ['run deletion-race --set poll.intervalMs=3600001', 'at most 3600000'],
    ['run deletion-race --client putty', 'ssh2, openssh'],
    ['run deletion-race --threshold p95<9', 'p(95)'],
    ['demo --mode simulated', 'sim, real'],
    ['up --strategy all', 'fingerprint, '],
    ['up --key missing.pub', '--key cannot be read'],
    ['report out/a --format htm', "did you mean 'html'?"],
    ['compare out/a', "missing required argument 'after'"],
    ['compare out/a out/b --margin 10', 'such as 10%'],
    ['run __proto__', 'unknown scenario'],
    ['run', "missing required argument 'scenario'"],
    ['list strategis', "did you mean 'strategies'?"],
    ['doctor now', 'too many arguments'],
    ['zzz', 'demo, run, swarm, replay, mutants, compare, report, up, list, doctor and help'],
  ])('keyrace %s', async (line, message) => {
    const { deps, written } = fakeDeps({ runScenario: () => Promise.reject(new Error('played')) })
    expect(await createCli(deps)(line.split(' '))).toBe(1)
    expect(written.stderr).toContain(message)
    expect(written.stderr).not.toContain('    at ')
    expect(written.stdout).toBe('')
  })
})

test('commands and options that do not exist yet are not on offer', async () => {
  const { deps, written } = fakeDeps()
  expect(await createCli(deps)(['help'])).toBe(0)
  expect(await createCli(deps)(['help', 'run'])).toBe(0)
  expect(written.stdout).not.toMatch(/--kube|both/)
})

test('a margin is shown as it is given', async () => {
  const { deps, written } = fakeDeps()
  expect(await createCli(deps)(['help', 'compare'])).toBe(0)
  expect(written.stdout).toContain('(default: 10%)')
})

test('a scenario without races is listed without them', async () => {
  const { deps, written } = fakeDeps({ scenarios })
  await createCli(deps)(['list', 'scenarios'])
  expect(written.stdout).toContain('fingerprint,user-keys, one builder each, 500 users')
  expect(written.stdout).toContain('fingerprint,poll, 200 races, 3 builders each, 100 users')
})

test('list --json names strategies with their claims under default knobs', async () => {
  const { deps, written } = fakeDeps()
  await createCli(deps)(['list', 'strategies', '--json'])
  const { strategies } = JSON.parse(written.stdout)
  const named = (wanted: string) => strategies.find(({ name }: { name: string }) => name === wanted)
  expect(strategies).toHaveLength(Object.keys(knownStrategies).length)
  expect(named('poll').claim.revocation.app).toEqual({ formula: 'T + S', ms: 2_000 })
})

test('list invariants names whatever violations are counted under', async () => {
  const { deps, written } = fakeDeps()
  await createCli(deps)(['list', 'invariants', '--json'])
  const names = JSON.parse(written.stdout).invariants.map(({ name }: { name: string }) => name)
  expect(names).toEqual(expect.arrayContaining(['stale-admission', 'write-clause']))
})

test('list names each bound of a claim, and those that are declared not to be there', async () => {
  const { deps, written } = fakeDeps()
  await createCli(deps)(['list', 'strategies'])
  expect(written.stdout).toContain('lag after a revocation: T + S = 2 s')
  expect(written.stdout).toContain('lag after a grant: T + S = 2 s')
  expect(written.stdout).toContain('wait of a revocation: none')
})

describe('keyrace run', () => {
  const run = (deps: Deps, ...args: string[]) =>
    createCli(deps)(['run', 'deletion-race', '--out', out, ...args])
  const stored = async (folder = out) =>
    JSON.parse(await readFile(join(folder, 'run.json'), 'utf8'))

  test('ends with the verdict, the files and the exit code of the run', async () => {
    const broken = { verdict: 'fail' as const, exitCode: 2, reasons: ['poll lied'] }
    const { deps, written, listeners } = fakeDeps({ runScenario: async () => artifacts(broken) })
    expect(await run(deps)).toBe(2)
    expect(written.stdout.trimStart()).toMatch(/^FAIL poll lied/)
    expect(written.stdout).toContain(join(out, 'report.html'))
    expect(listeners.size).toBe(0)
  })

  test('a seed that nobody gave is chosen, told and kept', async () => {
    const { deps, written } = fakeDeps()
    await run(deps)
    expect(written.stderr).toContain('seed 4711')
    expect((await stored()).seed).toBe(4_711)
  })

  test('with --json, standard output is run.json and nothing else', async () => {
    const { deps, written } = fakeDeps()
    expect(await run(deps, '--json', '--seed', '9')).toBe(0)
    const printed = JSON.parse(written.stdout)
    expect(validateRun(printed).ok).toBe(true)
    expect(printed).toEqual(await stored())
  })

  test('several scenarios have a folder each and one exit code: broken before invalid', async () => {
    const results = { 'deletion-race': ['invalid', 5], 'other-race': ['fail', 2] } as const
    const { deps, written } = fakeDeps({
      runScenario: async ({ name }) => {
        const [verdict, exitCode] = results[name as keyof typeof results]
        return artifacts({ scenario: name, verdict, exitCode })
      },
    })
    expect(await run(deps, 'other-race', '--json')).toBe(2)
    const { runs, ...total } = JSON.parse(written.stdout)
    expect(runs).toHaveLength(2)
    expect(total).toEqual({ verdict: 'fail', exitCode: 2 })
    expect((await stored(join(out, 'other-race'))).scenario).toBe('other-race')
  })

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s asks the scenario to end, and the partial report says %i', async (name, code) => {
    const fake = fakeDeps({
      runScenario: async (_, __, { signal }) => {
        fake.send(name)
        return artifacts({ interrupted: signal.aborted, verdict: 'invalid', exitCode: 5 })
      },
    })
    expect(await run(fake.deps, '--json')).toBe(code)
    expect(await stored()).toMatchObject({ interrupted: true, exitCode: code })
    expect(fake.exits).toEqual([])
  })

  test('a second SIGINT ends the process; the same one passed on by a parent does not', async () => {
    const fake = fakeDeps({
      runScenario: async () => {
        fake.send('SIGINT')
        fake.time.nowMs += 20
        fake.send('SIGINT')
        expect(fake.exits).toEqual([])
        fake.time.nowMs += 2_000
        fake.send('SIGINT')
        return artifacts({ interrupted: true })
      },
    })
    await run(fake.deps)
    expect(fake.exits).toEqual([130])
  })

  test('what cannot start is one line and exit 5', async () => {
    const failure = new SetupError('git-missing', 'git is missing: apt-get install git')
    const { deps, written } = fakeDeps({ runScenario: () => Promise.reject(failure) })
    expect(await run(deps, '--json')).toBe(5)
    expect(written.stderr.split('\n')).toContain('error: git is missing: apt-get install git')
    expect(written.stderr).not.toContain('    at ')
    expect(written.stdout).toBe('')
  })

  test('a machine that is not fit is told before anything is played', async () => {
    const { deps, written } = fakeDeps({
      checks: [
        {
          name: 'git',
          examine: () => ({ status: 'failure', found: 'missing', fix: 'install it' }),
        },
      ],
      runScenario: () => Promise.reject(new Error('played')),
    })
    expect(await run(deps)).toBe(5)
    expect(written.stderr).toBe('error: git: missing. Fix: install it\n')
  })

  test('a folder that cannot be written is told before anything is played', async () => {
    const { deps, written } = fakeDeps({ runScenario: () => Promise.reject(new Error('played')) })
    const file = join(out, 'file')
    await writeFile(file, '')
    for (const folder of [file, join(file, 'below'), '/proc/below']) {
      expect(await createCli(deps)(['run', 'deletion-race', '--out', folder])).toBe(5)
      expect(written.stderr).toContain(`error: cannot write to ${folder} `)
    }
    expect(written.stderr).not.toContain('    at ')
  })

  test.each(['logs', 'repositories', 'report.html'])(
    'a folder in which somebody else keeps %s is left as it is',
    async (name) => {
      await mkdir(join(out, name))
      const { deps, written } = fakeDeps({ runScenario: () => Promise.reject(new Error('played')) })
      expect(await run(deps)).toBe(5)
      expect(written.stderr).toBe(
        `error: ${out} holds ${name}, but no run of keyrace, and would lose that: choose another --out\n`,
      )
      expect(await readdir(out)).toEqual([name])
    },
  )

  test('a folder of an earlier run, or of one that was stopped early, is used again', async () => {
    await mkdir(join(out, 'logs'))
    await writeFile(join(out, 'logs', 'controller.log'), '')
    const { deps } = fakeDeps()
    expect([await run(deps), await run(deps)]).toEqual([0, 0])
  })

  test('a report that finds no room is one line and exit 5, not a verdict', async () => {
    const { deps, written } = fakeDeps({
      runScenario: async () => {
        await rm(out, { recursive: true })
        await writeFile(out, 'no folder any more')
        return artifacts()
      },
    })
    expect(await run(deps, '--json')).toBe(5)
    expect(written.stderr).toContain(`error: cannot write the report to ${out}`)
    expect(written.stderr).not.toContain('    at ')
    expect(written.stdout).toBe('')
  })

  test('a bug of ours shows its stack, and is never a pass', async () => {
    const { deps, written } = fakeDeps({ runScenario: () => Promise.reject(new Error('a bug')) })
    expect(await run(deps)).toBe(5)
    expect(written.stderr).toContain('    at ')
  })
})

test('the command with which a run says to run it again plays the same plan', async () => {
  const plans: Plan[] = []
  const { deps } = fakeDeps({
    scenarios,
    runScenario: (scenario, plan, options) => {
      plans.push(plan)
      return runScenario(scenario, plan, options)
    },
  })
  const size = '--races 1 --users 3 --keys 2 --apps 2 --replicas 2'
  const line = `run deletion-race --mode sim --strategy poll,poll --set poll.intervalMs=500 ${size}`
  const said = '--service-time 0.3ms,10ms --commit-check full --threshold p(95)<250'
  await createCli(deps)([...line.split(' '), ...said.split(' '), '--out', out])
  const { replay } = JSON.parse(await readFile(join(out, 'run.json'), 'utf8')) as Run
  const words = replay.replaceAll("'", '').split(' ').slice(1)
  await createCli(deps)([...words, '--out', out])
  expect(plans).toHaveLength(2)
  expect(plans[1]).toEqual(plans[0])
})

test.each(['keyrace', 'demo', 'run', 'compare', 'report', 'up', 'list'])(
  'help shows how people call %s',
  async (command) => {
    const { deps, written } = fakeDeps()
    await createCli(deps)(command === 'keyrace' ? ['help'] : ['help', command])
    expect(written.stdout).toMatch(/Examples:\n {2}npx keyrace /)
  },
)

test.each([
  ['optional', 0],
  ['warning', 0],
  ['failure', 5],
] as const)('a doctor that finds a %s exits %i and names the fix', async (status, code) => {
  const { deps, written } = fakeDeps({
    checks: [{ name: 'git', examine: () => ({ status, found: 'odd', fix: 'mend it' }) }],
  })
  expect(await createCli(deps)(['doctor'])).toBe(code)
  expect(written.stdout).toContain('fix: mend it')
  expect(written.stdout).not.toContain('\u001b')
})
