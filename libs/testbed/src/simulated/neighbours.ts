import { type KeyValueStore, type Namespaces, sleep } from '@keyrace/environment'
import { createSimulatedStore } from '@keyrace/etcd'
import type { Neighbour } from '@keyrace/key-lookup'
import { createCluster, createSimulatedNamespaces } from '@keyrace/kubernetes'
import { drawLatencyMs, type LatencyMs, type Simulation } from '@keyrace/simulation'
import { clusterSettings } from '../cluster-settings.ts'

/** As one process reaches them, those that are there. */
export interface Neighbours {
  readonly keyValueStore: KeyValueStore | undefined
  readonly namespaces: Namespaces | undefined
}

/** One etcd and one cluster for all; `from` is the node that a way begins at. */
export function createSimulatedNeighbours(
  { clock, random }: Pick<Simulation, 'clock' | 'random'>,
  options: { readonly needs: ReadonlySet<Neighbour>; readonly latencyMs: LatencyMs },
): (from: string) => Neighbours {
  const { needs, latencyMs } = options
  const store = createSimulatedStore()
  const cluster = createCluster({ ...clusterSettings, clock })
  return (from) => {
    const travelTo = (to: Neighbour) => () =>
      sleep(clock, drawLatencyMs(random, latencyMs, `${from} ${to}`, `${clock.now()}`))
    return {
      keyValueStore: needs.has('etcd') ? store.connect(travelTo('etcd')) : undefined,
      namespaces: needs.has('kubernetes')
        ? createSimulatedNamespaces({
            ...clusterSettings,
            clock,
            cluster,
            travel: travelTo('kubernetes'),
          })
        : undefined,
    }
  }
}
