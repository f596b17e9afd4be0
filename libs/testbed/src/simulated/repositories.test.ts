import type { RefUpdate } from '@keyrace/contracts'
import { zeroSha } from '@keyrace/contracts'
import { sleep } from '@keyrace/environment'
import { repositoryName } from '@keyrace/push'
import { type Simulation, simulate } from '@keyrace/simulation'
import { describe, expect, test } from 'vitest'
import type { SimulatedChannel } from './channel.ts'
import { createSimulatedRepositories, type RepositoryRoot } from './repositories.ts'

const push = { app: 'web', generation: 1, pushId: 'push-1' }
const name = repositoryName(push)
const [main, dev] = ['refs/heads/main', 'refs/heads/dev']
const stepMs = 10
const phaseMs = { from: stepMs, to: stepMs }

describe('of a push whose builder is killed', () => {
  test('before its verdict nothing remains', async () => {
    const { repository, running, hasEnded } = await interrupted('abandon', 2.5 * stepMs)
    expect(repository.refs().size).toBe(0)
    expect([repository.commits().size, repository.quarantines()]).toEqual([0, 0])
    expect([running, hasEnded]).toEqual([0, false])
  })

  test('while it waits for its client nothing remains', async () => {
    const { repository, running } = await interrupted('abandon', 0.5 * stepMs)
    expect([repository.refs().size, running]).toEqual([0, 0])
  })

  test('after its verdict git moves all refs, and nobody hears of it', async () => {
    const { repository, running, hasEnded } = await interrupted('abandon', 3.5 * stepMs)
    expect([...repository.refs().keys()]).toEqual([main, dev])
    expect([running, hasEnded]).toEqual([0, false])
  })
})

describe('of a push whose host goes down', () => {
  test.each([
    ['before the verdict', 2.5, [], 1],
    ['between the verdict and the first ref', 3.5, [], 1],
    ['between two refs', 4.5, [main], 0],
    ['after the refs', 5.5, [main, dev], 0],
  ])('%s, git does nothing more', async (_, steps, moved, quarantines) => {
    const { repository, running } = await interrupted('kill', steps * stepMs)
    expect([...repository.refs().keys()]).toEqual(moved)
    expect([repository.quarantines(), running]).toEqual([quarantines, 0])
  })
})

/** Starts, unpacks, is judged and moves two refs, each of it in one step; interrupted once that long is over. */
async function interrupted(by: 'abandon' | 'kill', afterMs: number) {
  const { result } = await simulate(1, async (simulation) => {
    const { clock } = simulation
    const root: RepositoryRoot = new Map()
    const git = { running: 0 }
    const repositories = repositoriesOf(simulation, root, git)
    let hasEnded = false
    const receiving = repositories.receive(push, channel, {
      attached: async () => {},
      async decide() {
        await sleep(clock, stepMs)
        return { allowed: true }
      },
    })
    void receiving.then(() => {
      hasEnded = true
    })
    await sleep(clock, afterMs)
    repositories[by]()
    await sleep(clock, 100 * stepMs)
    return { repository: root.get(name), running: git.running, hasEnded }
  })
  const { repository, ...rest } = result
  if (repository === undefined) throw new Error('there is no repository')
  return { repository, ...rest }
}

function repositoriesOf(
  { clock, random }: Simulation,
  root: RepositoryRoot,
  git: { running: number },
) {
  return createSimulatedRepositories({
    ...{ root, nameOf: repositoryName, clock, random },
    latencyMs: { start: phaseMs, unpack: phaseMs, move: phaseMs },
    startGit() {
      git.running++
      return {
        self: { host: 'host', pid: 1, startedAt: '1' },
        end() {
          git.running--
        },
      }
    },
  })
}

const channel: SimulatedChannel = {
  advertise: async () => ({
    updates: [updateOf(main, 'a'), updateOf(dev, 'b')],
    commits: ['a', 'b'].map((digit) => ({ id: digit.repeat(40), parent: zeroSha })),
    bytes: 1,
  }),
  report() {},
  refuse() {},
  finish() {},
}

function updateOf(ref: string, digit: string): RefUpdate {
  return { ref, old: zeroSha, new: digit.repeat(40) }
}
