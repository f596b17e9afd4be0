import {
  type Clock,
  type KeyValueStore,
  KeyValueStoreError,
  type Namespaces,
  NamespacesError,
  timedOut,
  within,
} from '@keyrace/environment'

/** Nobody waits for what was lost on its way for longer than they said they would. */
export function boundKeyValueStore(clock: Clock, store: KeyValueStore): KeyValueStore {
  const bound = <T>(timeoutMs: number, answer: Promise<T>) =>
    orTimeout(clock, timeoutMs, answer, () => new KeyValueStoreError('timeout', 'etcd is silent'))
  return {
    list: (prefix, options) => bound(options.timeoutMs, store.list(prefix, options)),
    put: (entries, options) => bound(options.timeoutMs, store.put(entries, options)),
    delete: (keys, options) => bound(options.timeoutMs, store.delete(keys, options)),
    deletePrefix: (prefix, options) =>
      bound(options.timeoutMs, store.deletePrefix(prefix, options)),
    close: store.close,
  }
}

/** Of a watch it is up to its reader: silence is what it looks like when nothing happens. */
export function boundNamespaces(clock: Clock, namespaces: Namespaces): Namespaces {
  const bound = <T>(timeoutMs: number, answer: Promise<T>) =>
    orTimeout(clock, timeoutMs, answer, () => new NamespacesError('timeout', 'the API is silent'))
  return {
    list: (options) => bound(options.timeoutMs, namespaces.list(options)),
    watch: namespaces.watch,
    create: (namespace, options) => bound(options.timeoutMs, namespaces.create(namespace, options)),
    delete: (namespace, options) => bound(options.timeoutMs, namespaces.delete(namespace, options)),
    close: namespaces.close,
  }
}

async function orTimeout<T>(
  clock: Clock,
  timeoutMs: number,
  answer: Promise<T>,
  failure: () => Error,
): Promise<T> {
  const answered = await within(clock, timeoutMs, answer)
  if (answered === timedOut) throw failure()
  return answered
}
