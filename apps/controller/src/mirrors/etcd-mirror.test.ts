import type { Position } from '@keyrace/contracts'
import { sleep } from '@keyrace/environment'
import { expect, test } from 'vitest'
import { keyOf } from '../store/testing/fixture.ts'
import { type MirrorRig, patienceMs, recoveryMs, withMirror } from './testing/rig.ts'

const soon = { timeoutMs: 1 }
const entryOf = (user: string, n: number) => ({
  key: `/deis/builder/users/${user}/${keyOf(user, n).md5}`,
  value: keyOf(user, n).public,
})
const everything = ({ direct }: MirrorRig) => direct.list('/', soon)

test('etcd is brought in step at the start, and what is not ours is left alone', () =>
  withMirror('etcd', async (rig) => {
    const { people, direct, mirror } = rig
    const foreign = [
      { key: '/deis/builder/users/ali', value: 'no key' },
      { key: '/other', value: 'x' },
    ]
    await people.addKey('alice', 1)
    await direct.put(
      [
        ...foreign,
        { ...entryOf('alice', 1), value: 'ssh-ed25519 of old' },
        entryOf('alice', 2),
        entryOf('nobody', 3),
        { key: '/deis/services/gone', value: '1' },
      ],
      soon,
    )
    const revision = await people.createApp('web')
    await mirror.start()
    expect(await mirror.hasSeen(revision)).toBe(true)
    const [ours, service] = [entryOf('alice', 1), { key: '/deis/services/web', value: '1' }]
    const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1)
    expect(await everything(rig)).toEqual([...foreign, ours, service].toSorted(byKey))
  }))

test('what was seen is there: keys and apps, as they come and go', () =>
  withMirror('etcd', async (rig) => {
    const { people, mirror } = rig
    await mirror.start()
    const after = async (mutation: Promise<Position>) => {
      expect(await mirror.hasSeen(await mutation)).toBe(true)
      return (await everything(rig)).map(({ key }) => key)
    }
    const [first, second] = [entryOf('bob', 1).key, entryOf('bob', 2).key]
    expect(await after(people.addKey('bob', 1))).toEqual([first])
    expect(await after(people.addKey('bob', 2))).toEqual([first, second].toSorted())
    expect(await after(people.removeKey('bob', 1))).toEqual([second])
    expect(await after(people.createApp('web'))).toEqual([second, '/deis/services/web'])
    expect(await after(people.deleteApp('web'))).toEqual([second])
    expect(await after(people.cancel('bob'))).toEqual([])
  }))

test('a mutation is not seen while etcd is away, is told of once, and is there once etcd is', () =>
  withMirror('etcd', async (rig) => {
    const { clock, failures, people, mirror, world } = rig
    await mirror.start()
    expect(await mirror.hasSeen(await people.addKey('alice', 1))).toBe(true)
    world.isAway = true
    const askedAt = clock.now()
    const [added, removed] = [await people.addKey('bob', 2), await people.removeKey('alice', 1)]
    expect(await Promise.all([mirror.hasSeen(added), mirror.hasSeen(removed)])).toEqual([
      false,
      false,
    ])
    expect(clock.now() - askedAt).toBe(patienceMs)
    expect(failures).toEqual(['etcd is away'])
    world.isAway = false
    await sleep(clock, recoveryMs)
    expect(await everything(rig)).toEqual([entryOf('bob', 2)])
    expect(await mirror.hasSeen(removed)).toBe(true)
  }))

test('an etcd that is away at the start keeps nothing from starting, and is not pressed', () =>
  withMirror('etcd', async (rig) => {
    const { clock, mirror, people, world } = rig
    world.isAway = true
    await mirror.start()
    const revision = await people.addKey('alice', 1)
    expect(await mirror.hasSeen(revision)).toBe(false)
    expect(world.trips).toBeLessThan(10)
    world.isAway = false
    await sleep(clock, recoveryMs)
    expect(await everything(rig)).toEqual([entryOf('alice', 1)])
  }))

test('an import is waited for as long as it goes on', () =>
  withMirror('etcd', async (rig) => {
    const { clock, mirror, people } = rig
    await mirror.start()
    const users = Array.from({ length: 2_000 }, (_, n) => `user-${n}`)
    const askedAt = clock.now()
    const revision = await people.load(
      ...users.map((username) => ({ kind: 'user' as const, username })),
      ...users.map((owner, n) => ({
        ...{ kind: 'key' as const, id: 'laptop', owner },
        public: keyOf(owner, n).public,
      })),
    )
    expect(await mirror.hasSeen(revision)).toBe(true)
    expect(clock.now() - askedAt).toBeGreaterThan(patienceMs)
    expect(await everything(rig)).toHaveLength(users.length)
  }))

test('what a database that was put back commits is not seen before it is there', () =>
  withMirror('etcd', async (rig) => {
    const { mirror, people, store } = rig
    await mirror.start()
    await people.addKey('alice', 1)
    const restore = store.backUp()
    for (const n of [2, 3]) expect(await mirror.hasSeen(await people.addKey('alice', n))).toBe(true)
    restore()
    expect(await mirror.hasSeen(await people.removeKey('alice', 1))).toBe(true)
    expect(await everything(rig)).toEqual([])
  }))

test('the first of very many changes to one user are not taken for seen', () =>
  withMirror('etcd', async ({ mirror, people, world }) => {
    await mirror.start()
    await mirror.hasSeen(await people.createApp('web'))
    world.isAway = true
    const added = await people.addKey('alice', 1)
    const other = await people.createApp('other')
    for (let n = 2; n <= 1_002; n++) await people.addKey('alice', n)
    expect(await Promise.all([added, other].map(mirror.hasSeen))).toEqual([false, false])
  }))

test('what was read first is not written last, also where everything is settled anew meanwhile', () =>
  withMirror('etcd', async (rig) => {
    const { clock, mirror, people, world } = rig
    await mirror.start()
    await mirror.hasSeen(await people.createApp('web'))
    const { promise, resolve } = Promise.withResolvers<void>()
    world.held = promise
    await people.addKey('bob', 1)
    await sleep(clock, 1)
    await people.load({ kind: 'user', username: 'carol' })
    await sleep(clock, 1)
    const removed = await people.removeKey('bob', 1)
    await sleep(clock, 200)
    resolve()
    expect(await mirror.hasSeen(removed)).toBe(true)
    await sleep(clock, 200)
    expect((await everything(rig)).map(({ key }) => key)).toEqual(['/deis/services/web'])
  }))
