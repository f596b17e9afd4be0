import type { KeyValueStore } from '@keyrace/environment'

/** What clients of one simulated etcd share. */
export interface SimulatedStore {
  /**
   * A client's way to it. `travel` is what a message takes; it may reject with a KeyValueStoreError:
   * then the other side is not reached, or its answer is lost. `shown`: what its lists are from, if not from now.
   */
  connect(travel: Travel, shown?: () => Contents | undefined): KeyValueStore
  /** As they are now. */
  contents(): Contents
}

export type Travel = (way: 'there' | 'back') => Promise<void>
export type Contents = ReadonlyMap<string, string>

export function createSimulatedStore(): SimulatedStore {
  const values = new Map<string, string>()
  return {
    contents: () => new Map(values),
    connect(travel, shown = () => undefined) {
      return {
        list: (prefix) =>
          visit(() =>
            [...(shown() ?? values)]
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
        await travel('there')
        const result = work()
        await travel('back')
        return result
      }
    },
  }
}
