import { sleep } from '@keyrace/environment'
import { expect, test } from 'vitest'
import { type Simulation, simulate } from '../simulate.ts'
import { createNodes, type SimulatedProcess } from './nodes.ts'

test('a process that stands still goes on where it was, in order, and its clock has gone on', () =>
  withProcess(async ({ clock, process }) => {
    const seen: unknown[] = []
    for (const ms of [10, 20, 30])
      process.clock.timer(ms, () => seen.push([ms, process.clock.now()]))
    await sleep(clock, 15)
    const release = process.hold()
    clock.timer(8, () => process.enter(() => seen.push('a message')))
    await sleep(clock, 85)
    expect(seen).toEqual([[10, 10]])
    release()
    process.enter(() => seen.push('after it'))
    await sleep(clock, 1)
    expect(seen).toEqual([[10, 10], [20, 100], 'a message', [30, 100], 'after it'])
    expect(process.held()).toBe(4)
  }))

test('a process that two keep from going on waits for both', () =>
  withProcess(async ({ clock, process }) => {
    let entered = 0
    const [one, two] = [process.hold(), process.hold()]
    process.enter(() => entered++)
    one()
    one()
    await sleep(clock, 1)
    expect(entered).toBe(0)
    two()
    await sleep(clock, 1)
    expect(entered).toBe(1)
  }))

test('nothing of a dead process goes on, be it that it stood still before', () =>
  withProcess(async ({ clock, process }) => {
    const mourned: string[] = []
    process.onDeath(() => mourned.push('by who waited'))
    process.onDeath(() => mourned.push('by who does not care any more'))()
    process.clock.timer(5, () => expect.fail('a timer of a dead process'))
    const release = process.hold()
    process.enter(() => expect.fail('what came while it stood still'))
    process.kill()
    process.kill()
    release()
    process.enter(() => expect.fail('what came afterwards'))
    await sleep(clock, 10)
    expect(mourned).toEqual(['by who waited'])
    expect(process.isAlive()).toBe(false)
  }))

test('a timer that is cancelled while its process stands still does not fire afterwards', () =>
  withProcess(async ({ clock, process }) => {
    const cancel = process.clock.timer(5, () => expect.fail('it fired'))
    const release = process.hold()
    await sleep(clock, 10)
    cancel()
    release()
    await sleep(clock, 10)
  }))

async function withProcess(
  use: (setting: Simulation & { process: SimulatedProcess }) => Promise<void>,
): Promise<void> {
  await simulate(1, (simulation) => {
    const process = createNodes(simulation.kernel).host('node').start()
    return use({ ...simulation, process })
  })
}
