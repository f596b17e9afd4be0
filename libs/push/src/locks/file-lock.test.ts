import { type Disk, StorageError } from '@keyrace/environment'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSmallWorld, type SmallProcess, type SmallWorld } from '../testing/small-world.ts'
import { createFileLocks } from './file-lock.ts'
import type { Acquired, HeldLock } from './lock.ts'

const app = { app: 'myapp', generation: 1 }
const times = { waitMs: 10_000, pollMs: 20, heartbeatMs: 1_000, heartbeatTimeoutMs: 5_000 }

describe('a file lock, whatever the interleaving and wherever a process is killed,', () => {
  const choice = fc.record({
    what: fc.oneof(
      { weight: 50, arbitrary: fc.constant('step' as const) },
      { weight: 1, arbitrary: fc.constant('kill' as const) },
    ),
    which: fc.nat(99),
  })
  const choices = fc.array(choice, { minLength: 50, maxLength: 300, size: 'max' })

  test('has one holder at a time, with a higher token than all before', async () => {
    let entered = 0
    await fc.assert(
      fc.asyncProperty(choices, async (chosen) => {
        const rush = await rushOn(createSmallWorld(), chosen)
        expect(rush.faults).toEqual([])
        entered += rush.entered
      }),
      { numRuns: 200 },
    )
    expect(entered).toBeGreaterThan(300)
  })

  test('is free as soon as its holder and its worker are dead', async () => {
    await fc.assert(
      fc.asyncProperty(choices, async (chosen) => {
        const world = createSmallWorld()
        const rush = await rushOn(world, chosen)
        for (const process of rush.processes) process.kill()
        const next = world.start('host')
        const killedAt = next.clock.now()
        expect((await world.finish(acquire(next))).kind).toBe('held')
        expect(next.clock.now() - killedAt).toBeLessThanOrEqual(times.pollMs)
      }),
      { numRuns: 100 },
    )
  })
})

interface Choice {
  readonly what: 'step' | 'kill'
  readonly which: number
}

/**
 * Three processes of one host, two contenders each, push after push with a worker each. Some choices
 * kill a process; the workers of a killed one live on until another choice kills them.
 */
async function rushOn(world: SmallWorld, choices: readonly Choice[]) {
  const faults: unknown[] = []
  const processes: SmallProcess[] = []
  const killed = new Set<SmallProcess>()
  const atWork = new Set<SmallProcess>()
  let lastToken = 0
  let entered = 0

  for (let owner = 0; owner < 3; owner++) {
    const process = start()
    const locks = createFileLocks({ ...process, ...times })
    for (const holder of ['a', 'b']) {
      const take = () => locks.acquire(app, holder)
      keepPushing(process, take).catch((fault: unknown) => faults.push(fault))
    }
  }
  for (const { what, which } of choices) {
    if (what === 'kill') kill(processes[which % processes.length])
    else await world.step(which)
  }
  return { faults, processes, entered }

  async function keepPushing(owner: SmallProcess, take: () => Promise<Acquired>) {
    for (;;) await push(owner, take)
  }

  async function push(owner: SmallProcess, take: () => Promise<Acquired>) {
    const acquired = await take()
    if (acquired.kind === 'busy') return
    expect([...atWork].filter((process) => !killed.has(process))).toEqual([])
    expect(acquired.lock.token).toBeGreaterThan(lastToken)
    lastToken = acquired.lock.token
    entered++
    atWork.add(owner)
    const worker = start()
    await acquired.lock.attach(JSON.stringify(worker.processes.self))
    atWork.add(worker)
    expect(await acquired.lock.isHeld()).toBe(true)
    kill(worker)
    atWork.delete(owner)
    await acquired.lock.release()
  }

  function start(): SmallProcess {
    const process = world.start('host')
    processes.push(process)
    return process
  }

  function kill(process: SmallProcess | undefined) {
    if (process === undefined) return
    process.kill()
    killed.add(process)
  }
}

describe('a file lock', () => {
  test('is not free while the worker of a dead holder lives', async () => {
    const { world, first, lock } = await held('host')
    const worker = world.start('host')
    await world.finish(lock.attach(JSON.stringify(worker.processes.self)))
    first.kill()
    const second = world.start('host')
    expect(await world.finish(acquire(second))).toMatchObject({ kind: 'busy', holder: 'first' })
    worker.kill()
    expect((await world.finish(acquire(second))).kind).toBe('held')
  })

  test('is never taken from a live process of the same host, however silent it is', async () => {
    const { world, first } = await held('host')
    first.pause()
    const second = world.start('host')
    expect(await world.finish(acquire(second))).toMatchObject({ kind: 'busy', holder: 'first' })
    expect(second.clock.now()).toBeGreaterThan(times.heartbeatTimeoutMs)
  })

  test('of another host is kept as long as it beats', async () => {
    const { world } = await held('far away')
    expect((await world.finish(acquire(world.start('host')))).kind).toBe('busy')
  })

  test('of another host is free after the timeout without a beat, and its holder notices', async () => {
    const { world, first, lock } = await held('far away')
    first.pause()
    const second = world.start('host')
    const later = await world.finish(acquire(second))
    expect(later).toMatchObject({ kind: 'held', lock: { token: lock.token + 1 } })
    expect(second.clock.now()).toBeGreaterThanOrEqual(times.heartbeatTimeoutMs)
    first.resume()
    expect(await world.finish(lock.isHeld())).toBe(false)
  })

  test.each([
    ['empty', ''],
    ['cut short', '{"state":"held","own'],
    ['full of zeros', '\0\0\0\0\n'],
  ])('whose ticket is %s is free after the timeout without a beat', async (_, text) => {
    const world = createSmallWorld()
    const process = world.start('host')
    await world.finish(process.disk.create('myapp.1/7', text))
    const acquired = await world.finish(acquire(process))
    expect(acquired).toMatchObject({ kind: 'held', lock: { token: 8 } })
    expect(process.clock.now()).toBeGreaterThanOrEqual(times.heartbeatTimeoutMs)
  })

  test('stays with the later holder when an earlier one wakes up and releases', async () => {
    const { world, first, lock } = await held('far away')
    first.pause()
    const later = await world.finish(acquire(world.start('host')))
    first.resume()
    await world.finish(lock.release())
    expect(later.kind === 'held' && (await world.finish(later.lock.isHeld()))).toBe(true)
    expect((await world.finish(acquire(world.start('host')))).kind).toBe('busy')
  })

  test('is not taken by a contender so slow that the number it saw free has come and gone', async () => {
    const world = createSmallWorld()
    const slow = world.start('host')
    const slowly = acquire(slow)
    for (const _ of ['list', 'read']) await world.step(0)
    slow.pause()
    const quick = world.start('host')
    await world.finish(heldBy(await world.finish(acquire(quick))).release())
    await world.finish(heldBy(await world.finish(acquire(quick))).release())
    const lock = heldBy(await world.finish(acquire(quick)))
    expect([...world.files.keys()]).not.toContain('myapp.1/1')
    slow.resume()
    expect((await world.finish(slowly)).kind).toBe('busy')
    expect(await world.finish(lock.isHeld())).toBe(true)
  })

  test('keeps one tombstone, from which tokens go on', async () => {
    const world = createSmallWorld()
    const process = world.start('host')
    for (const token of [1, 2, 3]) {
      const lock = heldBy(await world.finish(acquire(process)))
      expect(lock.token).toBe(token)
      await world.finish(lock.release())
      expect([...world.files.keys()]).toEqual([`myapp.1/${token}`])
    }
  })

  test('leaves nothing behind once it is retired, and can be had again', async () => {
    const { world, first, lock } = await held('host')
    await world.finish(lock.retire())
    expect([...world.files.keys()]).toEqual([])
    expect(await world.step(0)).toBe(false)
    expect(await world.finish(acquire(first))).toMatchObject({ kind: 'held', lock: { token: 1 } })
  })

  test('that a disk keeps from being retired is released all the same', async () => {
    const world = createSmallWorld()
    const process = world.start('host')
    const disk = breakable(process.disk, 'remove', () => true)
    const locks = createFileLocks({ ...process, ...times, disk })
    await world.finish(heldBy(await world.finish(locks.acquire(app, 'first'))).retire())
    expect(await world.finish(acquire(world.start('host')))).toMatchObject({ kind: 'held' })
  })

  test('leaves no timer behind once it is released', async () => {
    const { world, lock } = await held('host')
    await world.finish(lock.release())
    expect(await world.step(0)).toBe(false)
  })

  test('is given to the contenders of one process in the order in which they came', async () => {
    const world = createSmallWorld()
    const locks = createFileLocks({ ...world.start('host'), ...times })
    const order: string[] = []
    const pushes = ['a', 'b', 'c', 'd'].map(async (name) => {
      const lock = heldBy(await locks.acquire(app, name))
      order.push(name)
      await lock.release()
    })
    await world.finish(Promise.all(pushes))
    expect(order).toEqual(['a', 'b', 'c', 'd'])
  })

  test('is busy at once when the queue is full, and those in the queue get their turn', async () => {
    const world = createSmallWorld()
    const process = world.start('host')
    const locks = createFileLocks({ ...process, ...times, longestQueue: 1 })
    const lock = heldBy(await world.finish(locks.acquire(app, 'first')))
    const second = locks.acquire(app, 'second')
    const third = await world.finish(locks.acquire(app, 'third'))
    expect(third).toEqual({ kind: 'busy', holder: 'first', ageMs: 0 })
    await world.finish(lock.release())
    expect((await world.finish(second)).kind).toBe('held')
  })

  test('tells who holds it, and since when, to a contender that waited in vain', async () => {
    const { world, first, locks } = await held('host')
    const busy = await world.finish(locks.acquire(app, 'second'))
    expect(busy).toEqual({ kind: 'busy', holder: 'first', ageMs: times.waitMs })
    expect(first.clock.now()).toBe(times.waitMs)
  })

  test('costs who waits for it one look at the disk a turn', async () => {
    const { world } = await held('host')
    const second = world.start('host')
    const looks: (keyof Disk)[] = []
    const disk = new Proxy(second.disk, {
      get(target, name: keyof Disk) {
        looks.push(name)
        return target[name]
      },
    })
    const turns = 30
    const waitMs = turns * times.pollMs
    await world.finish(
      createFileLocks({ ...second, ...times, waitMs, disk }).acquire(app, 'second'),
    )
    expect(looks.filter((name) => name === 'list').length).toBeLessThan(4)
    expect(looks.length).toBeLessThan(turns + 6)
  })

  test('of one generation says nothing about another', async () => {
    const { world, locks } = await held('host')
    const other = locks.acquire({ ...app, generation: 2 }, 'other')
    expect((await world.finish(other)).kind).toBe('held')
  })

  test('is released for all to see after a disk that cut short what its holder added', async () => {
    const { world, first, lock } = await held('host')
    await world.finish(first.disk.append('myapp.1/1', '\n{"worker":{"host":"ho'))
    await world.finish(lock.release())
    expect((await world.finish(acquire(world.start('host')))).kind).toBe('held')
    expect(first.clock.now()).toBe(0)
  })

  test.each(['create', 'list', 'read', 'append'] as const)(
    'survives a disk on which %s fails for a while',
    async (operation) => {
      const world = createSmallWorld()
      const process = world.start('host')
      let isBroken = false
      const locks = createFileLocks({
        ...process,
        ...times,
        disk: breakable(process.disk, operation, () => isBroken),
      })
      const lock = heldBy(await world.finish(locks.acquire(app, 'first')))
      isBroken = true
      await world.finish(lock.release())
      const second = locks.acquire(app, 'second').catch((error: unknown) => error)
      for (let steps = 0; steps < 20; steps++) await world.step(0)
      isBroken = false
      const answer = await world.finish(second)
      if (answer instanceof StorageError) expect(answer.code).toBe('EIO')
      else await world.finish(heldBy(answer as Acquired).release())
      expect((await world.finish(acquire(world.start('host')))).kind).toBe('held')
    },
  )
})

function acquire(process: SmallProcess): Promise<Acquired> {
  return createFileLocks({ ...process, ...times }).acquire(app, 'another')
}

async function held(host: string) {
  const world = createSmallWorld()
  const first = world.start(host)
  const locks = createFileLocks({ ...first, ...times })
  const lock = heldBy(await world.finish(locks.acquire(app, 'first')))
  return { world, first, locks, lock }
}

function heldBy(acquired: Acquired): HeldLock {
  if (acquired.kind === 'busy') throw new Error(`busy with ${acquired.holder}`)
  return acquired.lock
}

function breakable(disk: Disk, operation: keyof Disk, isBroken: () => boolean): Disk {
  const failing = () => Promise.reject(new StorageError('EIO', `${operation} failed`))
  return new Proxy(disk, {
    get: (target, name: keyof Disk) => (name === operation && isBroken() ? failing : target[name]),
  })
}
