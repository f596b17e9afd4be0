import type { ImportLine, Position } from '@keyrace/contracts'
import { type Clock, KeyValueStoreError, NamespacesError, sleep } from '@keyrace/environment'
import { createSimulatedStore } from '@keyrace/etcd'
import { createCluster, createSimulatedNamespaces } from '@keyrace/kubernetes'
import { simulate } from '@keyrace/simulation'
import { expect } from 'vitest'
import { createApp, deleteApp } from '../../domain/apps.ts'
import { createFeed } from '../../domain/feed.ts'
import type { Follower } from '../../domain/followers.ts'
import { importBatch } from '../../domain/import.ts'
import { addKey, removeKey } from '../../domain/keys.ts'
import { cancel } from '../../domain/users.ts'
import { createMemoryStore } from '../../store/memory/memory-store.ts'
import { addUsers, asUser, keyOf, plainSecrets } from '../../store/testing/fixture.ts'
import { mirrorsTo } from '../index.ts'

export type MirrorRig = Awaited<ReturnType<typeof createRig>>

/** A database with alice and bob in it, beside an etcd or a cluster; and the mirror between them, not started yet. */
export async function withMirror(
  neighbour: 'etcd' | 'kubernetes',
  use: (rig: MirrorRig) => Promise<void>,
): Promise<void> {
  await simulate(1, async ({ clock, kernel }) => {
    const rig = await createRig(neighbour, clock)
    await use(rig)
    await rig.mirror.close()
    await sleep(clock, 60_000)
    expect(kernel.pending()).toBe(0)
  })
}

export const patienceMs = 1_000
/** So long may it take until what was away is in step once it is back. */
export const recoveryMs = 600
export const terminatingMs = 300
const travelMs = 2

async function createRig(neighbour: 'etcd' | 'kubernetes', clock: Clock) {
  const store = createMemoryStore({ epoch: 'e', timestamp: () => '' })
  const feed = createFeed({ store, clock })
  await addUsers(store, 'alice', 'bob')
  const world: { isAway: boolean; trips: number; held?: Promise<void> | undefined } = {
    isAway: false,
    trips: 0,
  }
  const failures: string[] = []
  const etcd = createSimulatedStore()
  const cluster = createCluster({ clock, terminatingMs })
  const keyValueStore = etcd.connect(async () => {
    world.trips++
    const { held } = world
    world.held = undefined
    await held
    await sleep(clock, travelMs)
    if (world.isAway) throw new KeyValueStoreError('unreachable', 'etcd is away')
  })
  const namespaces = createSimulatedNamespaces({
    ...{ cluster, clock, bookmarkIntervalMs: 100 },
    async travel() {
      world.trips++
      await sleep(clock, travelMs)
      if (world.isAway) throw new NamespacesError('unreachable', 'the cluster is away')
    },
  })
  const [follow] = mirrorsTo(neighbour === 'etcd' ? { keyValueStore } : { namespaces }, {
    ...{ store, clock, patienceMs },
    onFailure: ({ message }) => void failures.push(message),
  })
  const mirror = follow?.(feed) as Follower

  return {
    ...{ clock, cluster, failures, mirror, store, world },
    people: {
      addKey: (user: string, n: number) =>
        commit(addKey(store, asUser(user), { id: `key-${n}`, public: keyOf(user, n).public })),
      removeKey: (user: string, n: number) =>
        commit(removeKey(store, asUser(user), { key: `key-${n}` })),
      cancel: (user: string) => commit(cancel(store, asUser(user))),
      createApp: (id: string, user = 'alice') => commit(createApp(store, asUser(user), { id })),
      deleteApp: (app: string, user = 'alice') => commit(deleteApp(store, asUser(user), { app })),
      load: (...lines: ImportLine[]) =>
        commit(importBatch({ store, secrets: plainSecrets }, encode(lines))),
    },
    /** Past any failure. */
    direct: etcd.connect(async () => {}),
  }

  async function commit(work: Promise<object>): Promise<Position> {
    const { revision } = (await work) as { readonly revision: number }
    expect(revision).toBeGreaterThan(0)
    feed.wake()
    return { epoch: store.epoch, revision }
  }
}

async function* encode(lines: readonly ImportLine[]) {
  for (const line of lines) yield `${JSON.stringify(line)}\n`
}
