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
  /** What a message takes. May reject with a NamespacesError: then the other side is not reached. */
  readonly travel: (way: 'there' | 'back') => Promise<void>
  readonly bookmarkIntervalMs: number
}

const longestPending = 1_000

/** A client's way to a simulated cluster, without a server in between. */
export function createSimulatedNamespaces(deps: SimulatedNamespacesDeps): Namespaces {
  const { cluster, clock, travel, bookmarkIntervalMs } = deps
  return {
    async list({ labels }) {
      await travel('there')
      const list = { namespaces: cluster.list(labels), resourceVersion: `${cluster.version()}` }
      await travel('back')
      return list
    },
    watch: ({ labels, resourceVersion, signal }) => watch(labels, resourceVersion, signal),
    async create(namespace) {
      await travel('there')
      const created = cluster.create(namespace)
      await travel('back')
      if (created === 'already-exists') {
        throw new NamespacesError(created, `namespaces "${namespace.name}" already exists`)
      }
    },
    async delete({ name, uid }) {
      await travel('there')
      cluster.delete(name, uid)
      await travel('back')
    },
    close: async () => {},
  }

  async function* watch(
    labels: LabelSelector,
    resourceVersion: string,
    signal: AbortSignal,
  ): AsyncGenerator<NamespaceEvent> {
    if (!(await arrives(travel('there'), signal))) return
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
        if (!(await arrives(travel('back'), signal))) return
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

/** False where the reader has left first: what was lost on its way never arrives. */
async function arrives(travelling: Promise<void>, signal: AbortSignal): Promise<boolean> {
  let leave: () => void = () => {}
  const left = new Promise<false>((resolve) => {
    leave = () => resolve(false)
    signal.addEventListener('abort', leave, { once: true })
    if (signal.aborted) leave()
  })
  try {
    return await Promise.race([travelling.then(() => true), left])
  } finally {
    signal.removeEventListener('abort', leave)
  }
}

function gone(): NamespacesError {
  return new NamespacesError('gone', 'too old resource version')
}
