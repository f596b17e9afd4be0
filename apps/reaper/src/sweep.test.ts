import type { LatestGeneration } from '@keyrace/contracts'
import { StorageError } from '@keyrace/environment'
import { askForList, askPerApp, type Gone } from '@keyrace/push'
import { createFakeClient, createMemoryRoot } from '@keyrace/push/testing'
import { describe, expect, test } from 'vitest'
import type { News } from './news.ts'
import { createSweep, type SweepOptions } from './sweep.ts'

const careless = { graceMs: 0, budget: 100, dryRun: false }
const hourMs = 3_600_000

const gone = (app: string, generation = 1) => ({ app, generation, stands: false })
const standing = (app: string, generation = 1) => ({ app, generation, stands: true })

interface Story extends Partial<SweepOptions> {
  readonly source?: 'app' | 'list'
  readonly root: readonly string[]
  readonly locks?: readonly string[]
  /** What the controller knows; it is away where it knows `away`. */
  readonly knows: readonly (LatestGeneration | 'away')[]
  readonly busy?: readonly string[]
  readonly broken?: readonly string[]
}

function setUp({ source = 'list', knows, root: names, ...story }: Story) {
  const { locks = [], busy = [], broken = [], ...options } = story
  const world = { knows, now: 0, locks }
  const root = createMemoryRoot(...names)
  const { client, calls } = createFakeClient(({ name, input }) => {
    root.calls.push('ask')
    if (world.knows.includes('away')) return 'away'
    const generations = world.knows.filter((one) => one !== 'away')
    if (name === 'latestGenerations') return { body: { generations } }
    const { app } = input.params as { app: string }
    const latest = generations.find((one) => one.app === app)
    return latest === undefined ? 'app-not-found' : { body: latest }
  })
  const removed: string[] = []
  const retired: string[] = []
  const news: News[] = []
  const ending = new AbortController()
  const act = (list: string[]) => async (app: Pick<Gone, 'app' | 'generation'>) => {
    const name = `${app.app}.${app.generation}`
    if (broken.includes(name)) throw new StorageError('EACCES', 'not allowed')
    if (busy.includes(name)) return 'busy'
    root.folders.delete(`${name}.git`)
    list.push(name)
    return 'removed'
  }
  const sweep = createSweep(
    { ...careless, ...options },
    {
      clock: { now: () => world.now, wall: () => 0, timer: () => () => {} },
      root,
      lockDisk: { list: async () => world.locks } as never,
      removal: {
        remove: act(removed),
        finish: act(removed),
        retireLock: async (app) => void (await act(retired)(app)),
      },
      ask: { app: askPerApp, list: askForList }[source]({ controller: client, timeoutMs: 1 }),
      tell: (one) => void news.push(one),
      signal: ending.signal,
    },
  )
  return { sweep, world, root, removed, retired, news, calls, ending }
}

describe.each(['app', 'list'] as const)('a sweep that asks by %s', (source) => {
  test('lists first and asks second', async () => {
    const { sweep, root } = setUp({ source, root: ['a.1.git'], knows: [standing('a')] })
    await sweep()
    expect(root.calls).toEqual(['list', 'ask'])
  })

  test('removes exactly what is explicitly gone', async () => {
    const { sweep, removed } = setUp({
      source,
      root: ['a.1.git', 'a.2.git', 'a.10.git', 'b.1.git', 'ab.1.git', 'unknown.1.git', 'c.2.git'],
      knows: [standing('a', 10), gone('b'), standing('ab'), gone('c')],
    })
    await sweep()
    expect(removed).toEqual(['a.1', 'a.2', 'b.1'])
  })

  test('that comes to nothing for want of an answer removes nothing and says so', async () => {
    const { sweep, removed } = setUp({ source, root: ['a.1.git'], knows: [gone('a'), 'away'] })
    await expect(sweep()).rejects.toMatchObject({ code: 'timeout' })
    expect(removed).toEqual([])
  })

  test('removes no more than its budget allows, and goes on the next time', async () => {
    const names = ['a', 'b', 'c', 'd', 'e']
    const { sweep, removed } = setUp({
      source,
      budget: 2,
      root: names.map((name) => `${name}.1.git`),
      knows: names.map((name) => gone(name)),
      busy: ['a.1'],
    })
    await sweep()
    expect(removed).toEqual(['b.1', 'c.1'])
    await sweep()
    expect(removed).toEqual(['b.1', 'c.1', 'd.1', 'e.1'])
  })
})

test('an empty list of what there is removes nothing, and is a failure', async () => {
  const { sweep, removed } = setUp({ root: ['a.1.git'], knows: [] })
  await expect(sweep()).rejects.toMatchObject({ code: 'malformed' })
  expect(removed).toEqual([])
})

test('nobody is asked where there is nothing to ask about', async () => {
  const { sweep, calls } = setUp({ root: ['notes'], knows: [] })
  await sweep()
  expect(calls).toEqual([])
})

test('a repository is left alone for the time of grace', async () => {
  const { sweep, world, removed } = setUp({ graceMs: 100, root: ['a.1.git'], knows: [gone('a')] })
  await sweep()
  world.now = 99
  await sweep()
  expect(removed).toEqual([])
  world.now = 100
  await sweep()
  expect(removed).toEqual(['a.1'])
})

test('a repository that cannot be removed keeps no other from it, and fails the sweep', async () => {
  const { sweep, removed } = setUp({
    root: ['a.1.git', 'b.1.git'],
    knows: [gone('a'), gone('b')],
    broken: ['a.1'],
  })
  await expect(sweep()).rejects.toMatchObject({ code: 'EACCES' })
  expect(removed).toEqual(['b.1'])
})

test('a dry run tells once what it would remove, and touches nothing', async () => {
  const { sweep, removed, news } = setUp({
    dryRun: true,
    root: ['a.1.git', '.removed.removal-1.b.1.git'],
    knows: [gone('a')],
  })
  await sweep()
  await sweep()
  expect(removed).toEqual([])
  expect(news).toEqual([
    { kind: 'would-remove', repository: { app: 'a', generation: 1, epoch: 'e', revision: 5 } },
  ])
})

test('what is no repository is left alone, and told once', async () => {
  const strangers = ['notes', 'A.1.git', 'a.1.git@']
  const { sweep, root, news } = setUp({ root: strangers, knows: [gone('a')] })
  await sweep()
  await sweep()
  expect(news).toEqual(strangers.map((name) => ({ kind: 'stranger', name })))
  expect([...root.folders.keys()]).toEqual(strangers)
})

test('what a removal left over is finished without asking', async () => {
  const { sweep, removed, calls } = setUp({ root: ['.removed.removal-1.a.1.git'], knows: ['away'] })
  await sweep()
  expect(removed).toEqual(['a.1'])
  expect(calls).toEqual([])
})

test('the lock of a repository that is gone is cleared away after an hour, that of any other never', async () => {
  const { sweep, world, retired } = setUp({
    root: ['b.1.git'],
    locks: ['a.1', 'b.1', 'c.1', 'notes'],
    knows: [gone('a'), gone('b'), standing('c')],
    busy: ['b.1'],
  })
  await sweep()
  world.now = hourMs - 1
  await sweep()
  expect(retired).toEqual([])
  world.now = hourMs
  await sweep()
  expect(retired).toEqual(['a.1'])
})

test('a sweep that is told to end begins no further removal', async () => {
  const { sweep, removed, ending } = setUp({ root: ['a.1.git'], knows: [gone('a')] })
  ending.abort()
  await sweep()
  expect(removed).toEqual([])
})
