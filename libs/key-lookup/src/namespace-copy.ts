import { appOf, ourLabels } from '@keyrace/contracts'
import {
  type Clock,
  type Namespace,
  type NamespaceEvent,
  type Namespaces,
  NamespacesError,
  sleep,
} from '@keyrace/environment'
import { ageWithin } from './age.ts'
import { repeat } from './repeat.ts'

export interface NamespaceCopyOptions {
  readonly clock: Clock
  readonly namespaces: Namespaces
  /** Of one list. */
  readonly timeoutMs: number
  readonly boundMs: number
}

/** The apps that have a namespace, and are not being ended. */
export interface NamespaceCopy {
  /** The generation is undefined where there is no such app; a reason where nobody can say. */
  find(
    app: string,
  ): { readonly generation: number | undefined; readonly copyAgeMs: number } | string
}

export interface KeptNamespaceCopy extends NamespaceCopy {
  /** Resolves after the first list, whatever came of it. */
  start(): Promise<void>
  close(): Promise<void>
}

const labels = ourLabels
/** After a watch that came to nothing. */
const pauseMs = 50

/** A list each T. */
export function listNamespaces(
  options: NamespaceCopyOptions & { readonly intervalMs: number },
): KeptNamespaceCopy {
  const { clock, intervalMs } = options
  const copy = createCopy(options)
  const closing = new AbortController()
  let listing = Promise.resolve()
  return {
    find: copy.find,
    async start() {
      const since = clock.now()
      await unlessRefused(copy.list)
      listing = repeat({ clock, intervalMs, since, signal: closing.signal }, () =>
        unlessRefused(copy.list),
      )
    },
    async close() {
      closing.abort()
      await listing
    },
  }
}

/**
 * A list, and then what changes. A server that is silent for half the bound is asked for a list again: so the
 * copy of one that lives never grows too old, however seldom it sends bookmarks.
 */
export function watchNamespaces(options: NamespaceCopyOptions): KeptNamespaceCopy {
  const { clock, namespaces, boundMs } = options
  const copy = createCopy(options)
  const closing = new AbortController()
  let watching = Promise.resolve()
  return {
    find: copy.find,
    async start() {
      const first = unlessRefused(copy.list)
      watching = keepWatching(first)
      await first
    },
    async close() {
      closing.abort()
      await watching
    },
  }

  async function keepWatching(first: Promise<string | undefined>): Promise<void> {
    let resourceVersion = await first
    while (!closing.signal.aborted) {
      if (resourceVersion !== undefined) await watchFrom(resourceVersion)
      await sleep(clock, resourceVersion === undefined ? pauseMs : 0, closing.signal)
      if (!closing.signal.aborted) resourceVersion = await unlessRefused(copy.list)
    }
  }

  async function watchFrom(resourceVersion: string): Promise<void> {
    const ending = new AbortController()
    const end = () => ending.abort()
    closing.signal.addEventListener('abort', end, { once: true })
    let cancel = clock.timer(boundMs / 2, end)
    await unlessRefused(async () => {
      const { signal } = ending
      for await (const event of namespaces.watch({ labels, resourceVersion, signal })) {
        cancel()
        cancel = clock.timer(boundMs / 2, end)
        copy.apply(event)
      }
    })
    cancel()
    closing.signal.removeEventListener('abort', end)
  }
}

function createCopy({ clock, namespaces, timeoutMs, boundMs }: NamespaceCopyOptions) {
  let standing = new Map<string, Namespace>()
  let asOf: number | undefined
  return {
    find(app: string): ReturnType<NamespaceCopy['find']> {
      if (asOf === undefined) return 'no-copy-yet'
      const copyAgeMs = ageWithin(clock, boundMs, asOf)
      if (copyAgeMs === undefined) return 'copy-too-old'
      const generation = appOf(standing.get(app)?.labels ?? {})?.generation
      return { generation, copyAgeMs }
    },
    /** Answers where a watch goes on from. */
    async list(): Promise<string> {
      const sentAt = clock.now()
      const list = await namespaces.list({ labels, timeoutMs })
      const active = list.namespaces.filter(({ phase }) => phase === 'Active')
      standing = new Map(active.map((namespace) => [namespace.name, namespace]))
      asOf = sentAt
      return list.resourceVersion
    },
    apply(event: NamespaceEvent): void {
      asOf = clock.now()
      if (event.kind === 'bookmark') return
      const { kind, namespace } = event
      if (kind === 'standing' && namespace.phase === 'Active') {
        standing.set(namespace.name, namespace)
      } else standing.delete(namespace.name)
    },
  }
}

async function unlessRefused<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof NamespacesError) return undefined
    throw error
  }
}
