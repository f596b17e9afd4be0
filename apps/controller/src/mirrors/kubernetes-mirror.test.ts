import { sleep } from '@keyrace/environment'
import { expect, test } from 'vitest'
import { type MirrorRig, patienceMs, recoveryMs, terminatingMs, withMirror } from './testing/rig.ts'

const shown = ({ cluster }: MirrorRig) =>
  cluster
    .list({})
    .map(({ name, labels, phase }) => `${name} ${labels.generation ?? 'foreign'} ${phase}`)

test('an app has a namespace with our labels once it was seen, which ends with it', () =>
  withMirror('kubernetes', async (rig) => {
    const { cluster, mirror, people } = rig
    await mirror.start()
    expect(await mirror.hasSeen(await people.createApp('web'))).toBe(true)
    expect(cluster.list({})).toMatchObject([
      { name: 'web', labels: { heritage: 'keyrace', app: 'web', generation: '1' } },
    ])
    expect(await mirror.hasSeen(await people.deleteApp('web'))).toBe(true)
    expect(shown(rig)).toEqual(['web 1 Terminating'])
  }))

test('an app that is created again waits for the one before to be gone, and no other app does', () =>
  withMirror('kubernetes', async (rig) => {
    const { clock, mirror, people } = rig
    await mirror.start()
    await mirror.hasSeen(await people.createApp('web'))
    await mirror.hasSeen(await people.deleteApp('web'))
    const again = mirror.hasSeen(await people.createApp('web'))
    const askedAt = clock.now()
    expect(await mirror.hasSeen(await people.createApp('other'))).toBe(true)
    expect(clock.now() - askedAt).toBeLessThan(terminatingMs)
    expect(await again).toBe(true)
    expect(shown(rig)).toEqual(['other 1 Active', 'web 2 Active'])
  }))

test('namespaces are brought in step at the start', () =>
  withMirror('kubernetes', async (rig) => {
    const { cluster, mirror, people } = rig
    const labels = (app: string, generation: string) => ({ heritage: 'keyrace', app, generation })
    cluster.create({ name: 'gone', labels: labels('gone', '1') })
    cluster.create({ name: 'web', labels: labels('web', '7') })
    const revision = await people.createApp('web')
    await mirror.start()
    expect(await mirror.hasSeen(revision)).toBe(true)
    expect(shown(rig)).toEqual(['web 1 Active'])
  }))

test('the namespace of somebody else is left alone, whatever becomes of an app of its name', () =>
  withMirror('kubernetes', async (rig) => {
    const { clock, cluster, mirror, people, store } = rig
    cluster.create({ name: 'default', labels: {} })
    await mirror.start()
    await mirror.hasSeen({ epoch: store.epoch, revision: 0 })
    const taken = await people.createApp('default')
    expect(await mirror.hasSeen(await people.createApp('web'))).toBe(true)
    expect(await mirror.hasSeen(taken)).toBe(false)
    expect(shown(rig)).toEqual(['default foreign Active', 'web 1 Active'])
    expect(await mirror.hasSeen(await people.deleteApp('default'))).toBe(true)
    await sleep(clock, patienceMs)
    expect(shown(rig)).toEqual(['default foreign Active', 'web 1 Active'])
  }))

test("a cluster is not pressed for a name that is somebody else's for good", () =>
  withMirror('kubernetes', async ({ clock, cluster, mirror, people, world }) => {
    cluster.create({ name: 'default', labels: {} })
    await mirror.start()
    await people.createApp('default')
    const before = world.trips
    await sleep(clock, 60_000)
    expect(world.trips - before).toBeGreaterThan(100)
    expect(world.trips - before).toBeLessThan(1_000)
  }))

test('a mutation is not seen while the cluster is away, and is there once it is back', () =>
  withMirror('kubernetes', async (rig) => {
    const { clock, failures, mirror, people, world } = rig
    await mirror.start()
    world.isAway = true
    expect(await mirror.hasSeen(await people.createApp('web'))).toBe(false)
    world.isAway = false
    await sleep(clock, recoveryMs)
    expect(shown(rig)).toEqual(['web 1 Active'])
    expect(failures).toEqual(['the cluster is away'])
  }))
