import { sleep } from '@keyrace/environment'
import type { Context } from '../scenario.ts'
import { opposite, type RaceStory } from './race-story.ts'
import { launch, type Runner } from './runner.ts'

/** Beyond the claim, until a replica that still decides the first push otherwise is given up. */
const patienceMs = 5_000
const pauseBetweenPushesMs = 200

type WarmedUp = Pick<RaceStory, 'id' | 'app' | 'key' | 'effect' | 'ground'>

/** Each replica decides one push as it will until the mutation, so that every cache is warm. */
export async function warmUp(
  context: Context,
  story: WarmedUp,
  cold: readonly Runner[],
): Promise<boolean> {
  // Replicas of an arm share the repository: one after the other, or they wait for its lock.
  const arms = Map.groupBy(cold, ({ arm }) => arm.name).values()
  const warmed = await Promise.all([...arms].map((group) => warmUpArm(context, story, group)))
  return warmed.every(Boolean) && !context.signal.aborted
}

// A copy may not know yet what stands: its own claim says how long that may take.
async function warmUpArm(context: Context, story: WarmedUp, runners: readonly Runner[]) {
  const { clock } = context.world
  const wanted = story.effect === 'revocation' ? 'ok' : 'denied'
  for (const runner of runners) {
    const boundMs = runner.arm.claim[opposite(story.effect)][story.ground].ms
    const giveUpAt = clock.now() + (boundMs ?? 0) + patienceMs
    while ((await launch(context, story, runner, { phase: 'warm' })).attempt.outcome !== wanted) {
      // Who promises never to notice has nothing to be waited for.
      if (boundMs === null && wanted === 'denied') break
      if (clock.now() > giveUpAt || context.signal.aborted) return false
      await sleep(clock, pauseBetweenPushesMs)
    }
  }
  return true
}
