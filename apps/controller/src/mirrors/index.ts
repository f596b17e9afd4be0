import type { KeyValueStore, Namespaces } from '@keyrace/environment'
import type { Feed } from '../domain/feed.ts'
import type { Follower } from '../domain/followers.ts'
import type { Store } from '../store/store.ts'
import { createEtcdMirror } from './etcd-mirror.ts'
import { createKubernetesMirror } from './kubernetes-mirror.ts'
import type { MirrorDeps } from './mirror.ts'

/** A follower for each neighbour that is there. */
export function mirrorsTo(
  neighbours: {
    readonly keyValueStore?: KeyValueStore | undefined
    readonly namespaces?: Namespaces | undefined
  },
  deps: Omit<MirrorDeps, 'feed'> & { readonly store: Store },
): ((feed: Feed) => Follower)[] {
  const { keyValueStore: etcd, namespaces } = neighbours
  const mirrors: ((feed: Feed) => Follower)[] = []
  if (etcd) mirrors.push((feed) => createEtcdMirror({ ...deps, feed, etcd }))
  if (namespaces) mirrors.push((feed) => createKubernetesMirror({ ...deps, feed, namespaces }))
  return mirrors
}
