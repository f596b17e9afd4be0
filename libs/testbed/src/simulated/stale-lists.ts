import type { Namespace } from '@keyrace/environment'
import type { SimulatedStore } from '@keyrace/etcd'
import type { Cluster } from '@keyrace/kubernetes'
import { counted, type Freezable } from '@keyrace/simulation'

/** Lists from an older state, where a fault wants them: of one neighbour for all, or of both for one reader. */
export interface StaleLists extends Freezable {
  contents(reader: string): ReadonlyMap<string, string> | undefined
  /** As this reader sees it. */
  cluster(reader: string): Cluster
}

interface Frozen {
  readonly contents: ReadonlyMap<string, string>
  readonly namespaces: readonly Namespace[]
  readonly version: number
  reads: number
}

export function createStaleLists(deps: {
  readonly store: SimulatedStore
  readonly cluster: Cluster
}): StaleLists {
  const { store, cluster } = deps
  const frozen = new Map<string, Frozen>()

  return {
    contents: (reader) => shown(reader, 'etcd')?.contents,
    cluster: (reader) => ({
      ...cluster,
      list(labels) {
        const stale = shown(reader, 'kubernetes')
        if (stale === undefined) return cluster.list(labels)
        const wanted = Object.entries(labels)
        return stale.namespaces.filter((one) => wanted.every(([k, v]) => one.labels[k] === v))
      },
      version: () => shown(reader, 'kubernetes')?.version ?? cluster.version(),
    }),
    freeze(node) {
      const now: Frozen = {
        contents: store.contents(),
        namespaces: cluster.list({}),
        version: cluster.version(),
        reads: 0,
      }
      frozen.set(node, now)
      return counted(
        () => now.reads,
        () => {
          if (frozen.get(node) === now) frozen.delete(node)
        },
      )
    },
  }

  function shown(reader: string, neighbour: string): Frozen | undefined {
    const stale = frozen.get(reader) ?? frozen.get(neighbour)
    if (stale !== undefined) stale.reads++
    return stale
  }
}
