import type { Clock, LabelSelector, Namespace } from '@keyrace/environment'

export interface ClusterOptions {
  readonly clock: Clock
  /** How long a deleted namespace is Terminating, as its contents are cleared away. */
  readonly terminatingMs: number
  /** So many changes are remembered for watches that go on from an older version. */
  readonly longestHistory?: number
}

export interface ClusterEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly namespace: Namespace
  readonly resourceVersion: number
}

/** The namespaces of a simulated cluster, as its API server knows them: every change is one version. */
export interface Cluster {
  version(): number
  /** By name. */
  list(labels: LabelSelector): readonly Namespace[]
  create(namespace: Pick<Namespace, 'name' | 'labels'>): Namespace | 'already-exists'
  /** Begins to end it. With a uid only that very one: `conflict` where another has its name. */
  delete(name: string, uid?: string): Namespace | 'not-found' | 'conflict'
  /**
   * Tells what came after a version, and goes on until the returned function is called; `gone` where that
   * version is older than what is remembered, or is none of this cluster.
   */
  watch(
    since: number,
    labels: LabelSelector,
    tell: (event: ClusterEvent) => void,
  ): (() => void) | 'gone'
}

export function createCluster(options: ClusterOptions): Cluster {
  const { clock, terminatingMs, longestHistory = 1_000 } = options
  const standing = new Map<string, Namespace>()
  const history: ClusterEvent[] = []
  const watchers = new Set<(event: ClusterEvent) => void>()
  let version = 1

  return {
    version: () => version,
    list: (labels) =>
      [...standing.values()]
        .filter((namespace) => matches(namespace, labels))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    create({ name, labels }) {
      if (standing.has(name)) return 'already-exists'
      const namespace: Namespace = { name, uid: `${name}-${version}`, labels, phase: 'Active' }
      standing.set(name, namespace)
      publish('ADDED', namespace)
      return namespace
    },
    delete(name, uid) {
      const namespace = standing.get(name)
      if (namespace === undefined) return 'not-found'
      if (uid !== undefined && uid !== namespace.uid) return 'conflict'
      return namespace.phase === 'Terminating' ? namespace : terminate(namespace)
    },
    watch(since, labels, tell) {
      const oldest = history[0]?.resourceVersion ?? version + 1
      if (!(since >= oldest - 1 && since <= version)) return 'gone'
      const watcher = (event: ClusterEvent) => {
        if (matches(event.namespace, labels)) tell(event)
      }
      for (const event of history) if (event.resourceVersion > since) watcher(event)
      watchers.add(watcher)
      return () => void watchers.delete(watcher)
    },
  }

  function terminate(active: Namespace): Namespace {
    const namespace: Namespace = { ...active, phase: 'Terminating' }
    standing.set(namespace.name, namespace)
    publish('MODIFIED', namespace)
    clock.timer(terminatingMs, () => {
      standing.delete(namespace.name)
      publish('DELETED', namespace)
    })
    return namespace
  }

  function publish(type: ClusterEvent['type'], namespace: Namespace): void {
    const event = { type, namespace, resourceVersion: ++version }
    history.push(event)
    if (history.length > longestHistory) history.shift()
    for (const watcher of watchers) watcher(event)
  }
}

function matches({ labels }: Namespace, selector: LabelSelector): boolean {
  return Object.entries(selector).every(([label, value]) => labels[label] === value)
}
