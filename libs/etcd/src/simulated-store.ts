import type { KeyValueStore } from '@keyrace/environment'

/** What clients of one simulated etcd share. */
export interface SimulatedStore {
  /**
   * A client's way to it. `travel` is what a message takes, one way; it may reject with a KeyValueStoreError:
   * then the other side is not reached, or its answer is lost.
   */
  connect(travel: () => Promise<void>): KeyValueStore
}

export function createSimulatedStore(): SimulatedStore {
  const values = new Map<string, string>()
  return {
    connect(travel) {
      return {
        list: (prefix) =>
          visit(() =>
            [...values]
              .filter(([key]) => key.startsWith(prefix))
              .map(([key, value]) => ({ key, value }))
              .toSorted((a, b) => (a.key < b.key ? -1 : 1)),
          ),
        put: (entries) =>
          visit(() => {
            for (const { key, value } of entries) values.set(key, value)
          }),
        delete: (keys) =>
          visit(() => {
            for (const key of keys) values.delete(key)
          }),
        deletePrefix: (prefix) =>
          visit(() => {
            for (const key of values.keys()) if (key.startsWith(prefix)) values.delete(key)
          }),
        close: async () => {},
      }

      async function visit<T>(work: () => T): Promise<T> {
        await travel()
        const result = work()
        await travel()
        return result
      }
    },
  }
}
