import { appLabels } from '@keyrace/contracts'
import { type Clock, type Namespaces, NamespacesError, sleep } from '@keyrace/environment'
import { createCluster, createSimulatedNamespaces } from '@keyrace/kubernetes'
import { simulate } from '@keyrace/simulation'
import { describe, expect, test } from 'vitest'
import { createNamespaceCopy, type NamespaceCopy } from './namespace-copy.ts'

const intervalMs = 70
const boundMs = 200

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

describe('a copy of namespaces by a watch', () => {
  test('hears of what changes between two lists', () =>
    withCopy({ kind: 'watch' }, async ({ clock, cluster, copy }) => {
      await copy.start()
      await sleep(clock, 10)
      cluster.create({ name: 'web', labels: appLabels({ app: 'web', generation: 1 }) })
      await sleep(clock, 10)
      expect(copy.find('web')).toMatchObject({ generation: 1 })
      cluster.delete('web')
      await sleep(clock, 10)
      expect(copy.find('web')).toMatchObject({ generation: undefined })
    }))

  test('grows old from its last list on, whatever it is told: that may have been held up', () =>
    withCopy({ kind: 'watch' }, async ({ clock, cluster, copy, world }) => {
      const sentAt = clock.now()
      await copy.start()
      world.isListRefused = true
      await sleep(clock, 30)
      cluster.create({ name: 'web', labels: appLabels({ app: 'web', generation: 1 }) })
      await sleep(clock, sentAt + boundMs - 1 - clock.now())
      expect(copy.find('web')).toEqual({ generation: 1, copyAgeMs: boundMs - 1 })
      await sleep(clock, 1)
      expect(copy.find('web')).toBe('copy-too-old')
    }))
})

interface World {
  isAway: boolean
  /** Watches go on. */
  isListRefused: boolean
}

interface Rig {
  readonly clock: Clock
  readonly cluster: ReturnType<typeof createCluster>
  readonly copy: NamespaceCopy
  readonly world: World
}

/** Closes the copy in the end, and checks that nothing of it goes on. */
async function withCopy(
  options: { kind: 'list' | 'watch'; bookmarkIntervalMs?: number; longestHistory?: number },
  use: (rig: Rig) => Promise<void>,
): Promise<void> {
  const { kind, bookmarkIntervalMs = 20, longestHistory = 100 } = options
  await simulate(1, async ({ clock, kernel }) => {
    const world: World = { isAway: false, isListRefused: false }
    const cluster = createCluster({ clock, terminatingMs: 50, longestHistory })
    const namespaces = createSimulatedNamespaces({
      ...{ cluster, clock, bookmarkIntervalMs },
      async travel() {
        await sleep(clock, 2)
        if (world.isAway) throw new NamespacesError('unreachable', 'the cluster is away')
      },
    })
    const list: Namespaces['list'] = (options) =>
      world.isListRefused
        ? Promise.reject(new NamespacesError('refused', '429: too many requests'))
        : namespaces.list(options)
    const copy = createNamespaceCopy({
      ...{ clock, namespaces: { ...namespaces, list }, watches: kind === 'watch' },
      ...{ intervalMs, timeoutMs: 100, boundMs },
    })
    await use({ clock, cluster, copy, world })
    await copy.close()
    await sleep(clock, 1_000)
    expect(kernel.pending()).toBe(0)
  })
}
