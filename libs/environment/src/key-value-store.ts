export interface KeyValue {
  readonly key: string
  readonly value: string
}

/** A store of texts by key, such as etcd. Everything here rejects with a KeyValueStoreError. */
export interface KeyValueStore {
  /** What begins with the prefix, by key, all of it as of one revision of the store. */
  list(prefix: string, options: Deadline): Promise<readonly KeyValue[]>
  /** Several are not written at once: who reads meanwhile sees some of them. */
  put(entries: readonly KeyValue[], options: Deadline): Promise<void>
  /** Harmless where there is none. */
  delete(keys: readonly string[], options: Deadline): Promise<void>
  deletePrefix(prefix: string, options: Deadline): Promise<void>
  close(): Promise<void>
}

interface Deadline {
  /** For the whole of it. What was not acknowledged by then may have been done. */
  readonly timeoutMs: number
}

export class KeyValueStoreError extends Error {
  readonly code: 'timeout' | 'unreachable' | 'refused'
  constructor(code: KeyValueStoreError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'KeyValueStoreError'
    this.code = code
  }
}
