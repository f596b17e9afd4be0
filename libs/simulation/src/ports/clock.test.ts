import { sleep } from '@keyrace/environment'
import { expect, test } from 'vitest'
import { type Simulation, simulate } from '../simulate.ts'
import { createProcessClock, type ProcessClock } from './clock.ts'

test('a clock that nothing is wrong with tells the time of the world', () =>
  withClock(async ({ clock, own }) => {
    await sleep(clock, 12.345)
    expect([own.now(), own.boot(), own.wall()]).toEqual([12.345, 12.345, clock.wall()])
  }))

test('skew is of the wall clock alone', () =>
  withClock(async ({ clock, own }) => {
    await sleep(clock, 5)
    own.skew(-60_000)
    expect([own.now(), own.wall() - clock.wall()]).toEqual([5, -60_000])
    own.skew(60_000)
    expect(own.wall()).toBe(clock.wall())
  }))

test('a clock that runs twice as fast fires in half the time, and goes on from where it came', () =>
  withClock(async ({ clock, own }) => {
    await sleep(clock, 10)
    own.speedUp(2)
    await sleep(own, 100)
    expect([own.now(), clock.now()]).toEqual([110, 60])
    own.speedUp(0.5)
    await sleep(own, 10)
    expect([own.now(), clock.now()]).toEqual([120, 70])
  }))

test('a timer never fires before its own clock says so, whatever becomes of the clock', () =>
  withClock(async ({ clock, own }) => {
    own.speedUp(2)
    const waiting = sleep(own, 100).then(() => own.now())
    clock.timer(10, () => own.speedUp(0.25))
    expect(await waiting).toBeCloseTo(100, 3)
    expect(clock.now()).toBeCloseTo(170, 3)
  }))

test('a sleeping host does not see the time pass, but by its boot clock', () =>
  withClock(async ({ clock, own }) => {
    let firedAt: number | undefined
    own.timer(50, () => {
      firedAt = clock.now()
    })
    await sleep(clock, 10)
    own.stop()
    await sleep(clock, 500)
    expect([own.now(), own.boot()]).toEqual([10, 510])
    own.goOn()
    await sleep(clock, 20)
    expect(firedAt).toBeUndefined()
    await sleep(clock, 30)
    expect(firedAt).toBeCloseTo(550, 1)
    expect(own.boot()).toBeCloseTo(560, 1)
  }))

test('every time that a clock told leads back to when it told that', () =>
  withClock(async ({ clock, own }) => {
    const told: [told: number, at: number][] = []
    const look = () => told.push([own.now(), clock.now()])
    const asleep = async () => {
      own.stop()
      await sleep(clock, 100)
      own.goOn()
    }
    for (const change of [() => own.speedUp(1.5), asleep, () => own.speedUp(0.5)]) {
      await sleep(clock, 7)
      look()
      await change()
      look()
    }
    await sleep(clock, 3)
    look()
    for (const [local, at] of told) expect(own.kernelTimeOf(local)).toBeCloseTo(at, 2)
  }))

async function withClock(
  use: (setting: Simulation & { own: ProcessClock }) => Promise<void>,
): Promise<void> {
  await simulate(1, (simulation) => {
    const own = createProcessClock(simulation.kernel, (callback) => callback())
    return use({ ...simulation, own })
  })
}
