import type { KeyValueStore, Namespaces } from '@keyrace/environment'
import { createSimulatedStore } from '@keyrace/etcd'
import type { Neighbour } from '@keyrace/key-lookup'
import { createCluster, createSimulatedNamespaces } from '@keyrace/kubernetes'
import type { Network, SimulatedProcess, Simulation } from '@keyrace/simulation'
import { clusterSettings } from '../cluster-settings.ts'
import { boundKeyValueStore, boundNamespaces } from './bound-neighbours.ts'
import { createStaleLists, type StaleLists } from './stale-lists.ts'

/** As one process reaches them, those that are there. */
export interface Neighbours {
  readonly keyValueStore: KeyValueStore | undefined
  readonly namespaces: Namespaces | undefined
}

export interface SimulatedNeighbours {
  /** `node`: where a way begins. */
  reach(node: string, process?: SimulatedProcess): Neighbours
  readonly lists: StaleLists
}

/** One etcd and one cluster for all. */
export function createSimulatedNeighbours(
  { clock }: Pick<Simulation, 'clock'>,
  options: {
    readonly needs: ReadonlySet<Neighbour>
    readonly network: Network
    /** From the name of a node on the network, by which faults know it. */
    readonly nameInPlan?: (node: string) => string
  },
): SimulatedNeighbours {
  const { needs, network, nameInPlan = (node) => node } = options
  const store = createSimulatedStore()
  const cluster = createCluster({ ...clusterSettings, clock })
  const lists = createStaleLists({ store, cluster })

  return {
    lists,
    reach(node, process) {
      const reader = nameInPlan(node)
      const own = process?.clock ?? clock
      return {
        keyValueStore: needs.has('etcd')
          ? boundKeyValueStore(
              own,
              store.connect(travelBetween(node, 'etcd'), () => lists.contents(reader)),
            )
          : undefined,
        namespaces: needs.has('kubernetes')
          ? boundNamespaces(
              own,
              createSimulatedNamespaces({
                ...clusterSettings,
                clock,
                cluster: lists.cluster(reader),
                travel: travelBetween(node, 'kubernetes'),
              }),
            )
          : undefined,
      }
    },
  }

  /** What is lost never comes. */
  function travelBetween(node: string, neighbour: Neighbour) {
    const there = network.link(node, neighbour)
    const back = network.link(neighbour, node)
    return (way: 'there' | 'back') =>
      new Promise<void>((resolve) => {
        const link = way === 'there' ? there : back
        link.stream('message', network.microseconds()).send('', resolve)
      })
  }
}
