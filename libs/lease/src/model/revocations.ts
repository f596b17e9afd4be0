import { intend, mayCommit, settle } from '../grantor.ts'
import { type Rules, sound } from '../rules.ts'
import type { Step } from './explore.ts'
import { invalidationAt, type Revocation, type World } from './world.ts'

/** Recorded, committed, acknowledged. */
export function* revocationSteps(world: World, rules: Rules): Iterable<Step<World>> {
  const { grantor, now } = world
  for (const [right, revocation] of world.revocations.entries()) {
    const { number, stage } = revocation
    const what = `the revocation of right ${right}`
    if (stage === 'none') {
      const next = intend(grantor, [invalidationAt(right)])
      const intended = { ...revocation, stage: 'intended', number: next.number } as const
      yield {
        label: `${what} is recorded`,
        world: { ...withRevocation(world, right, intended), grantor: next },
      }
    }
    if (stage === 'intended' && mayCommit(grantor, number, now, rules)) {
      const committed = { ...revocation, stage: 'committed', waited: 0 } as const
      yield { label: `${what} commits`, world: withRevocation(world, right, committed) }
    }
    // Who commits first has to wait all the same before it acknowledges.
    if (stage === 'committed' && mayCommit(grantor, number, now, sound)) {
      const acknowledged = { ...revocation, stage: 'acknowledged' } as const
      yield {
        label: `${what} is acknowledged`,
        world: { ...withRevocation(world, right, acknowledged), grantor: settle(grantor, number) },
      }
    }
  }
}

function withRevocation(world: World, right: number, revocation: Revocation): World {
  return { ...world, revocations: world.revocations.with(right, revocation) }
}
