import type { SwarmPlan } from '@keyrace/contracts'
import { sleep } from '@keyrace/environment'
import { findIn } from '@keyrace/scenarios'
import { keepersOf } from '@keyrace/testbed'
import type { Stage } from './operations.ts'
import { scenarioPlanOf } from './scenario-plan.ts'
import { reapedWithinMs } from './verdict.ts'

const pauseMs = 100

/**
 * Where somebody reaps: waits until everything that is dead has gone, or should have gone long ago, and writes down
 * what is still there.
 */
export async function findWhatIsLeft(plan: SwarmPlan, stage: Stage): Promise<void> {
  const { world, arm, recorder } = stage
  const boundMs = reapedWithinMs(plan)
  if (boundMs === null) return
  const { clock } = world
  const until = clock.now() + boundMs
  const dead = deletedIn(stage)
  const scenarioPlan = scenarioPlanOf(plan)
  while (clock.now() <= until && (await isThereAny())) await sleep(clock, pauseMs)
  await findIn({ plan: scenarioPlan, world, recorder }, arm)

  async function isThereAny(): Promise<boolean> {
    for (const keeper of keepersOf(scenarioPlan, arm)) {
      const found = await world.repositories(arm, keeper)
      if (found.some(({ app, generation }) => dead.has(nameOf(app, generation)))) return true
    }
    return false
  }
}

function deletedIn({ recorder }: Stage): ReadonlySet<string> {
  const rows = recorder.history(() => undefined, [])
  return new Set(
    rows
      .filter(({ f, type }) => f === 'deleteApp' && type === 'ok')
      .map(({ app, generation }) => nameOf(app, generation)),
  )
}

function nameOf(app: string | null, generation: number | null): string {
  return `${app} ${generation}`
}
