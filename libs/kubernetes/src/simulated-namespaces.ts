import {
  type Clock,
  type LabelSelector,
  type NamespaceEvent,
  type Namespaces,
  NamespacesError,
} from '@keyrace/environment'
import type { Cluster } from './cluster.ts'
import { createPendingEvents } from './pending-events.ts'

export interface SimulatedNamespacesDeps {
  readonly cluster: Cluster
  readonly clock: Clock
  /** What a message takes, one way. May reject with a NamespacesError: then the other side is not reached. */
  readonly travel: () => Promise<void>
  readonly bookmarkIntervalMs: number
}

const longestPending = 1_000

/** A client's way to a simulated cluster, without a server in between. */
export function createSimulatedNamespaces(deps: SimulatedNamespacesDeps): Namespaces {
  const { cluster, clock, travel, bookmarkIntervalMs } = deps
  return {
    async list({ labels }) {
      await travel()
      const list = { namespaces: cluster.list(labels), resourceVersion: `${cluster.version()}` }
      await travel()
      return list
    },
    watch: ({ labels, resourceVersion, signal }) => watch(labels, resourceVersion, signal),
    async create(namespace) {
      await travel()
      const created = cluster.create(namespace)
      await travel()
      if (created === 'already-exists') {
        throw new NamespacesError(created, `namespaces "${namespace.name}" already exists`)
      }
    },
    async delete({ name, uid }) {
      await travel()
      cluster.delete(name, uid)
      await travel()
    },
    close: async () => {},
  }

  async function* watch(
    labels: LabelSelector,
    resourceVersion: string,
    signal: AbortSignal,
  ): AsyncGenerator<NamespaceEvent> {
    await travel()
    const events = createPendingEvents<NamespaceEvent>({ longest: longestPending, overflow: gone })
    const stop = cluster.watch(Number(resourceVersion), labels, ({ type, namespace }) =>
      events.push({ kind: type === 'DELETED' ? 'gone' : 'standing', namespace }),
    )
    if (stop === 'gone') throw gone()
    let cancel = clock.timer(bookmarkIntervalMs, bookmark)
    const end = () => events.end()
    signal.addEventListener('abort', end, { once: true })
    try {
      if (signal.aborted) return
      for await (const event of events) {
        await travel()
        yield event
      }
    } finally {
      cancel()
      stop()
      signal.removeEventListener('abort', end)
    }

    function bookmark() {
      events.push({ kind: 'bookmark' })
      cancel = clock.timer(bookmarkIntervalMs, bookmark)
    }
  }
}

function gone(): NamespacesError {
  return new NamespacesError('gone', 'too old resource version')
}
