import {
  keyPath,
  keysPathOf,
  servicePath,
  servicesPath,
  userOfKeyPath,
  usersPath,
} from '@keyrace/contracts'
import { type KeyValue, type KeyValueStore, KeyValueStoreError } from '@keyrace/environment'
import { md5Fingerprint, parsePublicKey } from '@keyrace/public-key'
import type { Follower } from '../domain/followers.ts'
import { type Store, StoreError } from '../store/store.ts'
import { createMirror, type MirrorDeps } from './mirror.ts'

const deadline = { timeoutMs: 5_000 }

/**
 * The keys of all users, and the apps, in etcd as Deis v1 laid them out. An entry is a user's folder of keys,
 * or an app.
 */
export function createEtcdMirror(
  deps: MirrorDeps & { readonly store: Store; readonly etcd: KeyValueStore },
): Follower {
  const { store, feed, etcd } = deps
  return createMirror(
    {
      name: 'etcd',
      async survey() {
        const keys = await etcd.list(usersPath, deadline)
        const services = await etcd.list(servicesPath, deadline)
        const { users, apps, position } = await feed.names()
        const entries = new Set([
          ...keys.flatMap(({ key }) => folderOf(key) ?? []),
          ...services.map(({ key }) => key),
          ...users.map(keysPathOf),
          ...apps.map(servicePath),
        ])
        return { position, entries }
      },
      entryOf(change) {
        switch (change.kind) {
          case 'addKey':
          case 'removeKey':
          case 'deleteUser':
            return keysPathOf(change.user)
          case 'createApp':
          case 'deleteApp':
            return servicePath(change.app)
          default:
            return undefined
        }
      },
      async settle(entry) {
        if (entry.startsWith(servicesPath)) await settleApp(entry)
        else await settleKeys(entry)
        return true
      },
      isFailure: (error) => error instanceof KeyValueStoreError || error instanceof StoreError,
      close: () => etcd.close(),
    },
    deps,
  )

  async function settleKeys(folder: string): Promise<void> {
    const user = folder.slice(usersPath.length, -1)
    const { keys } = await store.keysOf(user)
    const wanted = keys.flatMap(({ public: line }) => {
      const key = parsePublicKey(line)
      return key === undefined ? [] : { key: keyPath(user, md5Fingerprint(key)), value: line }
    })
    const there = await etcd.list(folder, deadline)
    await etcd.put(missing(wanted, there), deadline)
    await etcd.delete(superfluous(wanted, there), deadline)
  }

  async function settleApp(path: string): Promise<void> {
    const { latest } = await store.latestGeneration(path.slice(servicesPath.length))
    if (latest?.stands) await etcd.put([{ key: path, value: `${latest.generation}` }], deadline)
    else await etcd.delete([path], deadline)
  }
}

function folderOf(path: string): string | undefined {
  const user = userOfKeyPath(path)
  return user && keysPathOf(user)
}

function missing(wanted: readonly KeyValue[], there: readonly KeyValue[]): KeyValue[] {
  const values = new Map(there.map(({ key, value }) => [key, value]))
  return wanted.filter(({ key, value }) => values.get(key) !== value)
}

function superfluous(wanted: readonly KeyValue[], there: readonly KeyValue[]): string[] {
  const keys = new Set(wanted.map(({ key }) => key))
  return there.map(({ key }) => key).filter((key) => !keys.has(key))
}
