import type { KeyValueStore } from '@keyrace/environment'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const soon = { timeoutMs: 10_000 }

/** What every KeyValueStore must do, against an empty one. */
export function describeKeyValueStore(name: string, open: () => Promise<KeyValueStore>): void {
  describe(`${name}, as every key-value store,`, () => {
    let store: KeyValueStore
    beforeAll(async () => {
      store = await open()
    })
    afterAll(() => store.close())

    test('lists what begins with a prefix and nothing else, by key', async () => {
      const entries = ['/list/b', '/list/a', '/list/ä', '/listed', '/lis'].map((key) => ({
        key,
        value: `value of ${key}`,
      }))
      await store.put(entries, soon)
      expect(await store.list('/list/', soon)).toEqual(
        ['/list/a', '/list/b', '/list/ä'].map((key) => ({ key, value: `value of ${key}` })),
      )
      expect(await store.list('/nothing/', soon)).toEqual([])
    })

    test('takes and shows more than fits into one answer', async () => {
      const entries = Array.from({ length: 12_000 }, (_, index) => ({
        key: `/many/${String(index).padStart(5, '0')}`,
        value: 'x'.repeat(400),
      }))
      await store.put(entries, soon)
      expect(await store.list('/many/', soon)).toEqual(entries)
    })

    test('replaces a value, and deletes exactly what it is told to', async () => {
      const names = ['a', 'ab', 'b'].map((each) => `/change/${each}`)
      await store.put(
        names.map((key) => ({ key, value: 'old' })),
        soon,
      )
      await store.put([{ key: '/change/ab', value: 'new' }], soon)
      await store.delete(['/change/a', '/change/not-there'], soon)
      expect(await store.list('/change/', soon)).toEqual([
        { key: '/change/ab', value: 'new' },
        { key: '/change/b', value: 'old' },
      ])
      await store.deletePrefix('/change/a', soon)
      expect(await store.list('/change/', soon)).toEqual([{ key: '/change/b', value: 'old' }])
    })
  })
}
