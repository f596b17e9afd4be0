import { appLabels } from '@keyrace/contracts'
import { type Clock, NamespacesError, sleep } from '@keyrace/environment'
import { createCluster, createSimulatedNamespaces } from '@keyrace/kubernetes'
import { simulate } from '@keyrace/simulation'
import { describe, expect, test } from 'vitest'
import { type KeptNamespaceCopy, listNamespaces, watchNamespaces } from './namespace-copy.ts'

const boundMs = 200
const copies = {
  list: (deps: Deps) => listNamespaces({ ...deps, intervalMs: 100 }),
  watch: (deps: Deps) => watchNamespaces(deps),
}
type Deps = Parameters<typeof watchNamespaces>[0]

describe.each(['list', 'watch'] as const)('a copy of namespaces by a %s', (kind) => {
  test('follows apps as they come, end and come again', () =>
    withCopy({ kind }, async ({ cluster, clock, copy }) => {
      expect(copy.find('web')).toBe('no-copy-yet')
      await copy.start()
      const generation = () => {
        const found = copy.find('web')
        return typeof found === 'string' ? found : found.generation
      }
      expect(generation()).toBeUndefined()
      for (const each of [1, 2]) {
        const labels = appLabels({ app: 'web', generation: each })
        cluster.create({ name: 'web', labels })
        await sleep(clock, boundMs)
        expect(generation()).toBe(each)
        cluster.delete('web')
        await sleep(clock, boundMs)
        expect(generation()).toBeUndefined()
      }
    }))

  test('takes no namespace without our labels for an app', () =>
    withCopy({ kind }, async ({ cluster, copy }) => {
      cluster.create({ name: 'default', labels: {} })
      cluster.create({ name: 'broken', labels: { heritage: 'keyrace', app: 'broken' } })
      await copy.start()
      for (const app of ['default', 'broken', 'constructor']) {
        expect(copy.find(app)).toMatchObject({ generation: undefined })
      }
    }))

  test('is not used once the cluster has been away for the bound, and is used again after it', () =>
    withCopy({ kind }, async ({ clock, copy, world }) => {
      await copy.start()
      expect(copy.find('web')).not.toBeTypeOf('string')
      world.isAway = true
      await sleep(clock, boundMs + 10)
      expect(copy.find('web')).toBe('copy-too-old')
      world.isAway = false
      await sleep(clock, boundMs)
      expect(copy.find('web')).not.toBeTypeOf('string')
    }))

  test('stays fresh beside a server that sends no bookmark', () =>
    withCopy({ kind, bookmarkIntervalMs: 1e9 }, async ({ clock, copy }) => {
      await copy.start()
      for (let looks = 0; looks < 100; looks++) {
        await sleep(clock, boundMs / 20)
        expect(copy.find('web')).not.toBeTypeOf('string')
      }
    }))

  test('stays fresh beside a server that forgets at once what has changed', () =>
    withCopy({ kind, longestHistory: 0 }, async ({ clock, cluster, copy }) => {
      await copy.start()
      for (let generation = 1; generation <= 100; generation++) {
        cluster.create({ name: `app-${generation}`, labels: appLabels({ app: 'x', generation }) })
        await sleep(clock, 1)
      }
      await sleep(clock, boundMs)
      expect(copy.find('app-100')).toMatchObject({ generation: 100 })
    }))
})

interface Rig {
  readonly clock: Clock
  readonly cluster: ReturnType<typeof createCluster>
  readonly copy: KeptNamespaceCopy
  readonly world: { isAway: boolean }
}

/** Closes the copy in the end, and checks that nothing of it goes on. */
async function withCopy(
  options: { kind: keyof typeof copies; bookmarkIntervalMs?: number; longestHistory?: number },
  use: (rig: Rig) => Promise<void>,
): Promise<void> {
  const { kind, bookmarkIntervalMs = 20, longestHistory = 100 } = options
  await simulate(1, async ({ clock, kernel }) => {
    const world = { isAway: false }
    const cluster = createCluster({ clock, terminatingMs: 50, longestHistory })
    const namespaces = createSimulatedNamespaces({
      ...{ cluster, clock, bookmarkIntervalMs },
      async travel() {
        await sleep(clock, 2)
        if (world.isAway) throw new NamespacesError('unreachable', 'the cluster is away')
      },
    })
    const copy = copies[kind]({ clock, namespaces, timeoutMs: 100, boundMs })
    await use({ clock, cluster, copy, world })
    await copy.close()
    await sleep(clock, 1_000)
    expect(kernel.pending()).toBe(0)
  })
}
