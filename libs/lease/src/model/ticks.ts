import { expire } from '../grantor.ts'
import type { Rules } from '../rules.ts'
import type { Step } from './explore.ts'
import { type Bounds, isBlocked, nameOf, type Side, type World } from './world.ts'

/** Time goes on by one tick of the grantor's clock; the clock of one holder may miss it. */
export function* ticks(
  world: World,
  { isClockSlow, termTicks }: Bounds,
  rules: Rules,
): Iterable<Step<World>> {
  const now = world.now + 1
  const sides = world.sides.map((side) => onTime(side, termTicks))
  const ticked: World = {
    ...world,
    now,
    sides,
    grantor: expire(world.grantor, now),
    revocations: world.revocations.map((revocation) => {
      const waited = Math.min(revocation.waited, termTicks) + 1
      return isBlocked(world, revocation, rules) ? { ...revocation, waited } : revocation
    }),
  }
  yield { label: 'a tick', world: ticked }
  for (const [index, side] of world.sides.entries()) {
    const { clock, sinceMissed } = side
    if (isClockSlow && sinceMissed >= termTicks - 1) {
      const slow = { ...side, sinceMissed: 0 }
      yield {
        label: `a tick that ${nameOf(index)} misses`,
        world: { ...ticked, sides: sides.with(index, slow) },
      }
    }
    const { suspends } = world.left
    if (suspends > 0) {
      const asleep = { ...side, clock: { ...clock, bootMs: clock.bootMs + 1 } }
      const left = { ...world.left, suspends: suspends - 1 }
      yield {
        label: `a tick for which ${nameOf(index)} is suspended`,
        world: { ...ticked, sides: sides.with(index, asleep), left },
      }
    }
  }
}

function onTime(side: Side, termTicks: number): Side {
  const { monotonicMs, bootMs } = side.clock
  return {
    ...side,
    clock: { monotonicMs: monotonicMs + 1, bootMs: bootMs + 1 },
    sinceMissed: Math.min(side.sinceMissed + 1, termTicks - 1),
  }
}
