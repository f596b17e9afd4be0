import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exploreSeeds, type PlayedWorld, type SwarmPool } from '@keyrace/swarm'
import { examplePlayed } from '@keyrace/swarm/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createCli } from '../cli.ts'
import type { Deps } from '../deps.ts'
import { fakeDeps } from '../testing/fake-deps.ts'

let out: string
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'keyrace-swarm-'))
})
afterEach(() => rm(out, { recursive: true }))

type Play = (plan: PlayedWorld['plan']) => Promise<PlayedWorld>

/** Every world is the example, in which a right was used for too long; or it is at peace. */
const broken: Play = async (plan) => examplePlayed(plan)
const peaceful: Play = async (plan) => {
  const played = examplePlayed(plan)
  return { ...played, judgement: { ...played.judgement, findings: [] } }
}

async function swarm(line: string, play: Play = peaceful) {
  const closed: boolean[] = []
  const pool: SwarmPool = {
    size: 2,
    explore: (seeds, options) => exploreSeeds(seeds, options, play),
    close: async () => void closed.push(true),
  }
  const changes: Partial<Deps> = { startSwarmPool: () => pool, playWorld: play }
  const { deps, written, listeners } = fakeDeps(changes)
  const code = await createCli(deps)(['swarm', ...line.split(' '), '--out', out])
  return { code, ...written, closed: closed.length, listeners: listeners.size }
}

test('a search that finds nothing passes, and says how much it has searched', async () => {
  const { code, stdout, closed, listeners } = await swarm('--seeds 12 --seed 7')
  expect(code).toBe(0)
  expect(stdout).toContain('12 seeds from 7 with 12 pushes')
  expect(stdout).toContain('PASS.')
  expect({ closed, listeners }).toEqual({ closed: 1, listeners: 0 })
})

test('the same seeds are explored again under the same seed, and a random one is told', async () => {
  expect((await swarm('--seeds 1')).stderr).toContain('from seed 4711')
})

test('what is found is made small, told, and left behind for a replay', async () => {
  const { code, stdout } = await swarm('--seeds 2 --seed 7', broken)
  expect(code).toBe(2)
  expect(stdout).toContain('seed 7 broke stale-admission')
  expect(stdout).toContain(`npx keyrace replay ${join(out, 'plan.json')}`)
  const plan = JSON.parse(await readFile(join(out, 'plan.json'), 'utf8'))
  expect(plan).toMatchObject({ kind: 'swarm', seed: 7, operations: [], faults: [] })
})

test('a world that breaks down is found as well, and its plan is left behind', async () => {
  const { code, stdout } = await swarm('--seeds 1 --seed 7', () =>
    Promise.reject(new TypeError('the code under test threw this')),
  )
  expect(code).toBe(2)
  expect(stdout).toContain('seed 7 broke simulation-error: TypeError: the code under test threw')
  expect(JSON.parse(await readFile(join(out, 'plan.json'), 'utf8'))).toMatchObject({ seed: 7 })
})

test('with --json nothing but the result is on standard output', async () => {
  const { stdout, stderr } = await swarm('--seeds 2 --seed 7 --json', broken)
  expect(JSON.parse(stdout)).toMatchObject({ seeds: 2, verdict: 'fail', exitCode: 2 })
  expect(stderr).toContain('npx keyrace replay')
})

test.each([
  ['--budget 1s --seeds 3', 'leave one of them out'],
  ['--budget 60', 'such as 500ms, 60s or 10m'],
  ['--budget 0s', 'such as 500ms, 60s or 10m'],
  ['--seeds 0', '1 or more'],
  ['--strategy pol', "did you mean 'poll'?"],
  ['--system deis-2018 --strategy poll', 'has the strategy fingerprint, and not poll'],
  ['--commit-check ful', 'none, app, full'],
])('swarm %s is wrong usage, and explores nothing', async (line, message) => {
  const play = () => Promise.reject(new Error('played'))
  const { code, stdout, stderr } = await swarm(line, play)
  expect(code).toBe(1)
  expect(stderr).toContain(message)
  expect(stdout).toBe('')
})
