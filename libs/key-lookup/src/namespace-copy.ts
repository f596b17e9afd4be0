import { appOf, ourLabels } from '@keyrace/contracts'
import {
  type Clock,
  type Namespace,
  type NamespaceEvent,
  type Namespaces,
  NamespacesError,
  type Points,
} from '@keyrace/environment'
import { ageWithin } from './age.ts'
import { repeat } from './repeat.ts'

export interface NamespaceCopyOptions {
  readonly clock: Clock
  readonly namespaces: Namespaces
  /** From one list being sent to the next. */
  readonly intervalMs: number
  /** Whether what changes in between is watched. */
  readonly watches: boolean
  /** Of one list. */
  readonly timeoutMs: number
  readonly boundMs: number
  readonly points?: Points | undefined
}

/** The apps that have a namespace, and are not being ended. */
export interface NamespaceCopy {
  /** Resolves after the first list, whatever came of it. */
  start(): Promise<void>
  /** The generation is undefined where there is no such app; a reason where nobody can say. */
  find(
    app: string,
  ): { readonly generation: number | undefined; readonly copyAgeMs: number } | string
  close(): Promise<void>
}

const labels = ourLabels

/**
 * Namespaces are listed on an interval, and watched in between. Only a list makes the copy younger: an event that has
 * just come may have waited in a buffer for any time, and it does not tell for how long.
 */
export function createNamespaceCopy(options: NamespaceCopyOptions): NamespaceCopy {
  const { clock, namespaces, intervalMs, watches, timeoutMs, boundMs, points } = options
  const closing = new AbortController()
  let standing = new Map<string, Namespace>()
  let asOf: number | undefined
  let listing = Promise.resolve()
  let watch = { ending: new AbortController(), ended: Promise.resolve<unknown>(undefined) }

  return {
    async start() {
      const since = clock.now()
      await refresh()
      listing = repeat({ clock, intervalMs, since, signal: closing.signal }, refresh)
    },
    find(app) {
      if (asOf === undefined) return 'no-copy-yet'
      const copyAgeMs = ageWithin(clock, boundMs, asOf)
      if (copyAgeMs === undefined) return 'copy-too-old'
      const generation = appOf(standing.get(app)?.labels ?? {})?.generation
      return { generation, copyAgeMs }
    },
    async close() {
      closing.abort()
      await listing
      await endWatch()
    },
  }

  /** What a watch still tells must not come after a list that is newer. */
  async function refresh(): Promise<void> {
    await endWatch()
    const resourceVersion = await unlessRefused(list)
    if (!watches || resourceVersion === undefined || closing.signal.aborted) return
    const ending = new AbortController()
    watch = { ending, ended: unlessRefused(() => follow(resourceVersion, ending.signal)) }
  }

  async function endWatch(): Promise<void> {
    watch.ending.abort()
    await watch.ended
  }

  /** Answers where a watch goes on from. */
  async function list(): Promise<string> {
    const sentAt = clock.now()
    const found = await namespaces.list({ labels, timeoutMs })
    const held = points?.('copy/before-namespaces')
    if (held) await held
    const active = found.namespaces.filter(({ phase }) => phase === 'Active')
    standing = new Map(active.map((namespace) => [namespace.name, namespace]))
    asOf = sentAt
    return found.resourceVersion
  }

  async function follow(resourceVersion: string, signal: AbortSignal): Promise<void> {
    for await (const event of namespaces.watch({ labels, resourceVersion, signal })) apply(event)
  }

  function apply(event: NamespaceEvent): void {
    if (event.kind === 'bookmark') return
    const { kind, namespace } = event
    if (kind === 'standing' && namespace.phase === 'Active') standing.set(namespace.name, namespace)
    else standing.delete(namespace.name)
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
