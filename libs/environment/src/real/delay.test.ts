import { expect, test } from 'vitest'
import { realClock } from './clock.ts'
import { delay } from './delay.ts'

test.each([0, 0.3, 1.4, 12.5])('a delay of %d ms is never too short', async (ms) => {
  const startedAt = realClock.now()
  await delay(ms)
  expect(realClock.now() - startedAt).toBeGreaterThanOrEqual(ms)
})

test('a short delay does not wait for a whole millisecond, at its quickest', async () => {
  const tookMs = []
  for (let round = 0; round < 50; round++) {
    const startedAt = realClock.now()
    await delay(0.3)
    tookMs.push(realClock.now() - startedAt)
  }
  expect(Math.min(...tookMs)).toBeLessThan(0.9)
})
