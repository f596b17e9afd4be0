import { type PointName, points } from '@keyrace/environment'
import { expect, test } from 'vitest'
import { simulate } from '../simulate.ts'
import { createPoints, type PointChances } from './points.ts'

const name = 'push/after-lock'

test('a point that is not switched on holds up nobody, and counts', async () => {
  await simulate(1, async ({ clock, random }) => {
    const created = createPoints({ random, chances: { 'push/after-receive': 1 } })
    const pass = created.of('builder-1', clock)
    for (let nth = 0; nth < 20; nth++) expect(pass(name)).toBeUndefined()
    expect(created.passes().get(name)).toEqual({ passed: 20, held: 0 })
    expect([...created.passes().keys()]).toEqual(Object.keys(points))
  })
})

test('a point holds up as often as its chance says, from less than a message takes to more than a timeout', async () => {
  const holds = await holdsOf({ [name]: 0.25 }, 'builder-1')
  const lengths = holds.filter((ms) => ms > 0)
  expect(lengths.length / holds.length).toBeCloseTo(0.25, 1)
  expect(Math.min(...lengths)).toBeLessThan(0.1)
  expect(Math.max(...lengths)).toBeGreaterThan(1_000)
  expect(Math.max(...lengths)).toBeLessThanOrEqual(2_000)
})

test('what holds up one owner does not depend on what others pass', async () => {
  const chances = { [name]: 0.5, 'push/after-receive': 0.5 }
  const alone = await holdsOf(chances, 'builder-1')
  expect(await holdsOf(chances, 'builder-1', 'push/after-receive')).toEqual(alone)
  expect(await holdsOf(chances, 'builder-2')).not.toEqual(alone)
})

/** Of a thousand passes; 0 where it went on at once. `other`: passed by another owner in between. */
async function holdsOf(
  chances: PointChances,
  owner: string,
  other?: PointName,
): Promise<readonly number[]> {
  const { result } = await simulate(1, async ({ clock, random }) => {
    const created = createPoints({ random, chances })
    const pass = created.of(owner, clock)
    const passOther = created.of('builder-9', clock)
    const holds: number[] = []
    for (let nth = 0; nth < 1_000; nth++) {
      if (other !== undefined) await passOther(other)
      const from = clock.now()
      await pass(name)
      holds.push(Math.round((clock.now() - from) * 1_000) / 1_000)
    }
    return holds
  })
  return result
}
