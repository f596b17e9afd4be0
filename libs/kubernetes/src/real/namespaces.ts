import {
  type LabelSelector,
  type Namespace,
  type NamespaceEvent,
  type Namespaces,
  NamespacesError,
} from '@keyrace/environment'
import {
  type ConfigurationOptions,
  CoreV1Api,
  KubeConfig,
  Observable,
  type RequestContext,
  type V1Namespace,
  type V1Status,
  Watch,
} from '@kubernetes/client-node'
import { createPendingEvents } from '../pending-events.ts'
import { asNamespacesError, errorOf } from './errors.ts'

const longestPending = 10_000

/**
 * The namespaces of a cluster, by the official client. `target` is a kubeconfig file, or the URL of an API
 * server that asks for no credentials. Throws a NamespacesError where the file cannot be read.
 */
export function openNamespaces(target: string): Namespaces {
  const config = configure(target)
  const api = config.makeApiClient(CoreV1Api)
  const watches = new Watch(config)

  return {
    async list({ labels, timeoutMs }) {
      const list = await within(timeoutMs, (options) =>
        api.listNamespace({ labelSelector: formatSelector(labels) }, options),
      )
      const { resourceVersion } = list.metadata ?? {}
      if (!resourceVersion) throw new NamespacesError('malformed', 'the list has no version')
      return { namespaces: list.items.map(namespaceOf), resourceVersion }
    },
    watch: ({ labels, resourceVersion, signal }) => watch(labels, resourceVersion, signal),
    async create({ name, labels }, { timeoutMs }) {
      const body: V1Namespace = { metadata: { name, labels: { ...labels } } }
      await within(timeoutMs, (options) => api.createNamespace({ body }, options))
    },
    async delete({ name, uid }, { timeoutMs }) {
      const body = { preconditions: { uid } }
      try {
        await within(timeoutMs, (options) => api.deleteNamespace({ name, body }, options))
      } catch (error) {
        if (!isNotThere(error)) throw error
      }
    },
    close: async () => {},
  }

  async function* watch(
    labels: LabelSelector,
    resourceVersion: string,
    signal: AbortSignal,
  ): AsyncGenerator<NamespaceEvent> {
    const events = createPendingEvents<NamespaceEvent>({ longest: longestPending, overflow })
    const ended = () => events.end()
    signal.addEventListener('abort', ended, { once: true })
    const connection = watches.watch(
      '/api/v1/namespaces',
      { labelSelector: formatSelector(labels), resourceVersion, allowWatchBookmarks: true },
      // What is thrown here the client would drop.
      (type: string, object: V1Namespace & V1Status) => {
        try {
          events.push(eventOf(type, object))
        } catch (error) {
          events.end(asNamespacesError(error))
        }
      },
      (error: unknown) => events.end(error ? asNamespacesError(error) : undefined),
    )
    connection.catch((error) => events.end(asNamespacesError(error)))
    try {
      if (!signal.aborted) yield* events
    } finally {
      signal.removeEventListener('abort', ended)
      void connection.then(
        (request) => request.abort(),
        () => {},
      )
    }
  }
}

function configure(target: string): KubeConfig {
  const config = new KubeConfig()
  if (/^https?:\/\//.test(target)) {
    config.loadFromClusterAndUser(
      // What is not encrypted is let through only so.
      {
        name: 'cluster',
        server: target.replace(/\/+$/, ''),
        skipTLSVerify: target.startsWith('http:'),
      },
      { name: 'nobody' },
    )
    return config
  }
  try {
    config.loadFromFile(target)
    if (config.getCurrentCluster() === null) throw new Error('it names no current cluster')
    return config
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new NamespacesError('malformed', `cannot use the kubeconfig ${target}: ${reason}`, {
      cause,
    })
  }
}

/** `heritage=keyrace,app=web` */
function formatSelector(labels: LabelSelector): string {
  return Object.entries(labels)
    .map((pair) => pair.join('='))
    .join()
}

async function within<T>(
  timeoutMs: number,
  call: (options: ConfigurationOptions) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(), timeoutMs)
  try {
    return await call(signalled(deadline.signal))
  } catch (error) {
    if (deadline.signal.aborted) {
      throw new NamespacesError('timeout', `no answer in ${timeoutMs} ms`, { cause: error })
    }
    throw asNamespacesError(error)
  } finally {
    clearTimeout(timer)
  }
}

function signalled(signal: AbortSignal): ConfigurationOptions {
  return {
    middleware: [
      {
        pre(request: RequestContext) {
          request.setSignal(signal)
          return new Observable(Promise.resolve(request))
        },
        post: (response) => new Observable(Promise.resolve(response)),
      },
    ],
    middlewareMergeStrategy: 'append',
  }
}

function eventOf(type: string, object: V1Namespace & V1Status): NamespaceEvent {
  if (type === 'ERROR') throw errorOf(object)
  if (type === 'BOOKMARK') return { kind: 'bookmark' }
  return { kind: type === 'DELETED' ? 'gone' : 'standing', namespace: namespaceOf(object) }
}

function namespaceOf({ metadata, status }: V1Namespace): Namespace {
  const { name, uid, labels = {}, deletionTimestamp } = metadata ?? {}
  if (name === undefined || uid === undefined) {
    throw new NamespacesError('malformed', 'a namespace has no name or no uid')
  }
  const isEnding = deletionTimestamp !== undefined || status?.phase === 'Terminating'
  return { name, uid, labels, phase: isEnding ? 'Terminating' : 'Active' }
}

/** Nothing of that name, or something else by now: what was to be deleted is gone either way. */
function isNotThere(error: unknown): boolean {
  return (
    error instanceof NamespacesError && (error.code === 'not-found' || error.code === 'conflict')
  )
}

function overflow(): NamespacesError {
  return new NamespacesError('gone', 'more came than was taken')
}
