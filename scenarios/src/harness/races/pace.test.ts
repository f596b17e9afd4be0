import { expect, test } from 'vitest'
import { createPace, type Pacer } from './pace.ts'

const [quickMs, slowMs] = [100, 2_000]

test('more races overlap while pushes are quick, up to the most', async () => {
  const { pacers, ask } = asker(40)
  await ask(60)
  expect(pacers).toHaveLength(10)
  for (let ended = 0; ended < 40; ended++) {
    pacers.shift()?.end(quickMs)
    await settled()
  }
  // 60 were asked for and 40 have ended: all others run.
  expect(pacers).toHaveLength(20)
  await ask(60)
  expect(pacers).toHaveLength(40)
})

test('fewer overlap where pushes are slow, and once only for all that were under way', async () => {
  const { pacers, ask } = asker(40)
  await ask(100)
  for (let ended = 0; ended < 10; ended++) {
    pacers.shift()?.end(slowMs)
    await settled()
  }
  expect(pacers).toHaveLength(7)
  // This one began after that: four are left to run, once the others have ended.
  pacers.pop()?.end(slowMs)
  for (let ended = 0; ended < 6; ended++) {
    await settled()
    expect(pacers).toHaveLength(Math.max(6 - ended, 4))
    pacers.shift()?.end(undefined)
  }
})

test('one race goes on however slow the machine is', async () => {
  const { pacers, ask } = asker(40)
  await ask(100)
  for (let ended = 0; ended < 80; ended++) {
    pacers.pop()?.end(slowMs)
    await settled()
    expect(pacers.length).toBeGreaterThan(0)
  }
  expect(pacers).toHaveLength(1)
})

test('a race without a push changes nothing', async () => {
  const { pacers, ask } = asker(40)
  await ask(30)
  pacers.pop()?.end(undefined)
  await settled()
  expect(pacers).toHaveLength(10)
})

/** `pacers`: of the races under way. */
function asker(most: number) {
  const pace = createPace(most)
  const pacers: Pacer[] = []
  return {
    pacers,
    async ask(races: number) {
      for (let race = 0; race < races; race++) void pace.begin().then((pacer) => pacers.push(pacer))
      await settled()
    },
  }
}

async function settled() {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve()
}
