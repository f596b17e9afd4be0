import { keyPath } from '@keyrace/contracts'
import {
  type Clock,
  type KeyValueStore,
  KeyValueStoreError,
  type PrivateFiles,
  StorageError,
  sleep,
} from '@keyrace/environment'
import { publicKeyLine } from '@keyrace/public-key'
import { createSimulatedPrivateFiles, simulate } from '@keyrace/simulation'
import { describe, expect, test } from 'vitest'
import { createRenderedKeys, type RenderedKeys } from './rendered-keys.ts'
import { realKey } from './testing/real-key.ts'

const intervalMs = 100
const boundMs = 150
const answerMs = 10
const alice = realKey('alice')

describe('keys that are rendered into a file', () => {
  test('are found there, and are as old as the reading that the file shows', () =>
    withKeys(async ({ clock, keys, world }) => {
      expect(await keys.find(alice)).toBe('no-copy-yet')
      await keys.start()
      expect(await keys.find(alice)).toMatchObject({ line: { user: 'alice' }, copyAgeMs: answerMs })
      world.names = []
      await sleep(clock, intervalMs - answerMs)
      expect(await keys.find(alice)).toMatchObject({ line: { user: 'alice' } })
      await sleep(clock, answerMs)
      expect(await keys.find(alice)).toEqual({ line: undefined, copyAgeMs: answerMs })
    }))

  test.each(['store', 'disk'] as const)(
    'are not used once the %s has been away for the bound, and are used again after it',
    (neighbour) =>
      withKeys(async ({ clock, keys, world }) => {
        await keys.start()
        world.names = ['bob']
        world.away = neighbour
        await sleep(clock, boundMs)
        expect(await keys.find(alice)).toBe('copy-too-old')
        world.away = 'nobody'
        await sleep(clock, 2 * intervalMs)
        expect(await keys.find(alice)).toMatchObject({ line: undefined })
        expect(await keys.find(realKey('bob'))).toMatchObject({ line: { user: 'bob' } })
      }),
  )

  test('are not found by guessing where the file cannot be read', () =>
    withKeys(async ({ keys, world }) => {
      await keys.start()
      world.away = 'disk'
      expect(await keys.find(alice)).toBe('disk')
    }))

  test('are written again only where they have changed', () =>
    withKeys(async ({ clock, keys, world }) => {
      await keys.start()
      await sleep(clock, 10 * intervalMs)
      expect(world.writes).toBe(1)
      world.names = ['alice', 'bob']
      await sleep(clock, 10 * intervalMs)
      expect(world.writes).toBe(2)
    }))
})

interface World {
  names: string[]
  away: 'store' | 'disk' | 'nobody'
  writes: number
}

interface Rig {
  readonly clock: Clock
  readonly keys: RenderedKeys
  readonly world: World
}

/** Closes the keys in the end, and checks that nothing of them goes on. */
async function withKeys(use: (rig: Rig) => Promise<void>): Promise<void> {
  await simulate(1, async ({ clock, kernel }) => {
    const world: World = { names: ['alice'], away: 'nobody', writes: 0 }
    const [store, files] = [createStore(clock, world), createFiles(world)]
    const keys = createRenderedKeys({ clock, store, files, intervalMs, timeoutMs: 50, boundMs })
    await use({ clock, keys, world })
    await keys.close()
    expect(kernel.pending()).toBe(0)
  })
}

function createStore(clock: Clock, world: World): KeyValueStore {
  const store: Pick<KeyValueStore, 'list'> = {
    async list() {
      const entries = world.names.map((name) => ({
        key: keyPath(name, 'aa:bb'),
        value: publicKeyLine(realKey(name).blob),
      }))
      await sleep(clock, answerMs)
      if (world.away === 'store') throw new KeyValueStoreError('unreachable', 'it is away')
      return entries
    },
  }
  return store as KeyValueStore
}

function createFiles(world: World): PrivateFiles {
  const files = createSimulatedPrivateFiles()
  const unlessAway = <T>(work: () => Promise<T>): Promise<T> =>
    world.away === 'disk' ? Promise.reject(new StorageError('EIO', 'the disk is broken')) : work()
  return {
    read: (name) => unlessAway(() => files.read(name)),
    replace: (name, text) =>
      unlessAway(() => {
        world.writes++
        return files.replace(name, text)
      }),
  }
}
