import { appLabels, type LatestGeneration } from '@keyrace/contracts'
import { type Namespace, type Namespaces, NamespacesError } from '@keyrace/environment'
import { createFakeClient, createMemoryRoot } from '@keyrace/push/testing'
import { expect, test } from 'vitest'
import { askKubernetes } from './ask-kubernetes.ts'
import { createSweep, type SweepOptions } from './sweep.ts'

const gone = (app: string, generation = 1) => ({ app, generation, stands: false })
const standing = (app: string, generation = 1) => ({ app, generation, stands: true })
const active = (app: string, generation = 1): Namespace => ({
  name: app,
  uid: `${app}-${generation}`,
  labels: appLabels({ app, generation }),
  phase: 'Active',
})
const terminating = (app: string): Namespace => ({ ...active(app), phase: 'Terminating' })

interface Story extends Partial<SweepOptions> {
  readonly root: readonly string[]
  readonly namespaces: readonly Namespace[] | 'away'
  readonly knows: readonly LatestGeneration[] | 'away'
}

function setUp({ root: names, namespaces, knows, ...options }: Story) {
  const root = createMemoryRoot(...names)
  const removed: string[] = []
  const asked: string[] = []
  const news: string[] = []
  const world = { now: 0 }
  const { client } = createFakeClient(({ input }) => {
    if (knows === 'away') return 'away'
    const { app } = input.params as { app: string }
    asked.push(app)
    const latest = knows.find((one) => one.app === app)
    return latest === undefined ? 'app-not-found' : { body: latest }
  })
  const cluster = {
    async list() {
      root.calls.push('namespaces')
      if (namespaces === 'away') throw new NamespacesError('unreachable', 'away')
      return { namespaces, resourceVersion: '1' }
    },
  } as Pick<Namespaces, 'list'> as Namespaces
  const sweep = createSweep(
    { graceMs: 0, budget: 100, dryRun: false, ...options },
    {
      clock: { now: () => world.now, wall: () => 0, timer: () => () => {} },
      root,
      lockDisk: { list: async () => [] } as never,
      removal: {
        async remove({ app, generation }) {
          root.folders.delete(`${app}.${generation}.git`)
          removed.push(`${app}.${generation}`)
          return 'removed'
        },
        finish: async () => 'nothing-there',
        retireLock: async () => {},
      },
      ask: askKubernetes({ controller: client, namespaces: cluster, timeoutMs: 1 }),
      tell: ({ kind }) => void news.push(kind),
      signal: new AbortController().signal,
    },
  )
  return { sweep, root, removed, asked, news, world }
}

test('the namespaces are listed after the directories', async () => {
  const { sweep, root } = setUp({
    root: ['a.1.git'],
    namespaces: [active('a')],
    knows: [standing('a')],
  })
  await sweep()
  expect(root.calls).toEqual(['list', 'namespaces'])
})

test('the controller is asked once about what has no namespace that stands, and about nothing else', async () => {
  const { sweep, removed, asked } = setUp({
    root: ['a.1.git', 'b.1.git', 'c.1.git', 'c.2.git', 'd.1.git', 'd.2.git', 'e.1.git'],
    namespaces: [active('a'), terminating('b'), active('d', 2)],
    knows: [standing('a'), gone('b'), gone('c', 2), standing('d', 2)],
  })
  await sweep()
  expect(asked).toEqual(['b', 'c', 'd', 'e'])
  expect(removed).toEqual(['b.1', 'c.1', 'c.2', 'd.1'])
})

test.each([
  ['is empty', []],
  ['knows only namespaces of others', [{ ...active('a'), labels: {} }]],
  ['shows the app before', [active('a', 1)]],
  ['shows them being ended', [terminating('a')]],
])('a list that %s removes nothing that stands', async (_, namespaces) => {
  const { sweep, removed, asked } = setUp({
    root: ['a.2.git'],
    namespaces,
    knows: [standing('a', 2)],
  })
  await sweep()
  expect(asked).toEqual(['a'])
  expect(removed).toEqual([])
})

test('a cluster that is away removes nothing, and neither does a controller', async () => {
  const root = ['a.1.git']
  const noCluster = setUp({ root, namespaces: 'away', knows: [gone('a')] })
  await expect(noCluster.sweep()).rejects.toMatchObject({ code: 'unreachable' })
  const noController = setUp({ root, namespaces: [], knows: 'away' })
  await expect(noController.sweep()).rejects.toMatchObject({ code: 'timeout' })
  expect([...noCluster.removed, ...noController.removed]).toEqual([])
})

test('budget, grace and dry run hold as for every source', async () => {
  const names = ['a', 'b', 'c']
  const story = {
    root: names.map((name) => `${name}.1.git`),
    namespaces: [],
    knows: names.map((name) => gone(name)),
  }
  const thrifty = setUp({ ...story, budget: 2 })
  await thrifty.sweep()
  expect(thrifty.removed).toEqual(['a.1', 'b.1'])

  const patient = setUp({ ...story, graceMs: 1_000 })
  await patient.sweep()
  expect(patient.removed).toEqual([])
  patient.world.now = 1_000
  await patient.sweep()
  expect(patient.removed).toEqual(['a.1', 'b.1', 'c.1'])

  const dry = setUp({ ...story, dryRun: true })
  await dry.sweep()
  expect(dry.removed).toEqual([])
  expect(dry.news).toEqual(['would-remove', 'would-remove', 'would-remove'])
})
