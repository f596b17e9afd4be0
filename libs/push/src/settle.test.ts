import { StorageError } from '@keyrace/environment'
import { describe, expect, test } from 'vitest'
import type { Locks } from './locks/lock.ts'
import type { PushChannel } from './repositories.ts'
import { createSettler, type SettleDeps, settlePendingReleases } from './settle.ts'
import { createFakeClient, type FakeCall } from './testing/fake-client.ts'
import { createTickingClock, update } from './testing/fakes.ts'

const release = { pushId: 'push-1', app: 'myapp', generation: 3, refs: [update] }

interface Story {
  readonly releases?: ReadonlyArray<typeof release>
  readonly settle?: 'away' | 'release-settled' | { body: unknown }
  readonly acquire?: Locks['acquire']
  readonly hasMoved?: () => Promise<boolean>
}

function tell({ releases = [release], settle = { body: {} }, ...story }: Story) {
  let held = 0
  const { client, calls } = createFakeClient(({ name }) =>
    name === 'pendingReleases' ? { body: { releases } } : settle,
  )
  const lock = {
    token: 1,
    isHeld: async () => true,
    attach: async () => {},
    release: async () => void held--,
    retire: async () => {},
  }
  const acquire = async () => {
    held++
    return { kind: 'held', lock } as const
  }
  const deps: SettleDeps<PushChannel> = {
    replica: 'b1',
    controller: client,
    timeoutMs: 1,
    locks: { acquire: story.acquire ?? acquire },
    repositories: {
      receive: () => Promise.reject(new Error('not here')),
      hasMoved: story.hasMoved ?? (async () => held === 1),
    },
  }
  return { deps, calls, held: () => held }
}

const states = (calls: readonly FakeCall[]) =>
  calls.flatMap(({ name, input }) =>
    name === 'settleRelease' ? (input.body as { state: string }).state : [],
  )

describe('a release that was left pending', () => {
  test('is live when its refs moved, as seen under the lock', async () => {
    const { deps, calls, held } = tell({})
    expect(await settlePendingReleases(deps)).toBe(0)
    expect(states(calls)).toEqual(['live'])
    expect(held()).toBe(0)
  })

  test('is abandoned when not all of its refs moved', async () => {
    const both = { ...release, refs: [update, { ...update, ref: 'refs/heads/topic' }] }
    let asked = 0
    const hasMoved = async () => asked++ === 0
    const { deps, calls } = tell({ releases: [both], hasMoved })
    expect(await settlePendingReleases(deps)).toBe(0)
    expect(states(calls)).toEqual(['abandoned'])
  })

  test('stays pending while somebody is at work there', async () => {
    const busy = { kind: 'busy', holder: 'git', ageMs: 1 } as const
    const { deps, calls } = tell({ acquire: async () => busy })
    expect(await settlePendingReleases(deps)).toBe(1)
    expect(states(calls)).toEqual([])
  })

  test('stays pending when the disk cannot tell, and the others are settled', async () => {
    let asked = 0
    const { deps, calls, held } = tell({
      releases: [release, { ...release, pushId: 'push-2' }],
      hasMoved: async () => {
        if (asked++ === 0) throw new StorageError('EIO', 'broken')
        return true
      },
    })
    expect(await settlePendingReleases(deps)).toBe(1)
    expect(states(calls)).toEqual(['live'])
    expect(held()).toBe(0)
  })

  test('stays pending when the controller cannot be told', async () => {
    const { deps, held } = tell({ settle: 'away' })
    expect(await settlePendingReleases(deps)).toBe(1)
    expect(held()).toBe(0)
  })

  test('is done when its push settled it meanwhile', async () => {
    expect(await settlePendingReleases(tell({ settle: 'release-settled' }).deps)).toBe(0)
  })
})

describe('a settler', () => {
  function settlerOf(story: Story) {
    const { deps, calls } = tell(story)
    return { settler: createSettler({ ...deps, clock: createTickingClock(), pauseMs: 1 }), calls }
  }
  const lists = (calls: readonly FakeCall[]) =>
    calls.filter(({ name }) => name === 'pendingReleases').length

  test('tries again until nothing is pending', async () => {
    let failures = 3
    const hasMoved = async () => {
      if (failures-- > 0) throw new StorageError('EIO', 'broken')
      return true
    }
    const { settler, calls } = settlerOf({ hasMoved })
    settler.wake()
    await expect.poll(() => states(calls)).toEqual(['live'])
    expect(lists(calls)).toBe(4)
    await settler.close()
  })

  test('looks once more when it is woken at work, and not once for each time', async () => {
    const { settler, calls } = settlerOf({})
    for (let times = 0; times < 5; times++) settler.wake()
    await expect.poll(() => states(calls)).toEqual(['live', 'live'])
    await settler.close()
    expect(lists(calls)).toBe(2)
  })

  test('looks again whenever it is woken, even in the moment in which it comes to rest', async () => {
    for (let ticks = 0; ticks < 20; ticks++) {
      const { settler, calls } = settlerOf({ releases: [] })
      settler.wake()
      for (let tick = 0; tick < ticks; tick++) await Promise.resolve()
      settler.wake()
      await new Promise(setImmediate)
      expect({ ticks, lists: lists(calls) }).toEqual({ ticks, lists: 2 })
    }
  })

  test('that is closed at work ends with the release that it has in hand', async () => {
    const { settler, calls } = settlerOf({
      releases: [release, { ...release, pushId: 'push-2' }],
      async hasMoved() {
        void settler.close()
        return true
      },
    })
    settler.wake()
    await new Promise(setImmediate)
    expect(states(calls)).toEqual(['live'])
  })

  test('rests once it is closed', async () => {
    const { settler, calls } = settlerOf({ settle: 'away' })
    settler.wake()
    await settler.close()
    const before = calls.length
    await new Promise(setImmediate)
    expect(calls).toHaveLength(before)
  })
})
