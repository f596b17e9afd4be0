import type { SwarmPlan } from '@keyrace/contracts'
import { SimulationError } from '@keyrace/simulation'
import { type DrawOptions, drawPlan } from '../draw-plan.ts'
import { type PlayedWorld, playWorld } from '../play-world.ts'
import { nothingYet, sum, type Tally } from './tally.ts'
import { tallyFailure, tallyWorld } from './tally-world.ts'

/** One of so many seeds is played twice. */
const replayedEvery = 20

/** Some seeds, one after the other, in this thread. */
export async function exploreSeeds(
  seeds: readonly number[],
  options: DrawOptions,
  play: (plan: SwarmPlan) => Promise<PlayedWorld> = playWorld,
): Promise<Tally> {
  let tally = nothingYet
  for (const seed of seeds) tally = sum(tally, await exploreSeed(drawPlan(seed, options), play))
  return tally
}

async function exploreSeed(
  plan: SwarmPlan,
  play: (plan: SwarmPlan) => Promise<PlayedWorld>,
): Promise<Tally> {
  try {
    const played = await play(plan)
    const tally = tallyWorld(played)
    if (plan.seed % replayedEvery !== 0) return tally
    const again = await play(plan)
    const differs = again.trace.hash !== played.trace.hash
    const checked = { ...tally, determinism: { checked: 1, differed: differs ? 1 : 0 } }
    if (!differs) return checked
    const story = `played twice, it gave the traces ${played.trace.hash} and ${again.trace.hash}`
    return sum(checked, { ...tallyFailure(plan, 'nondeterminism', story), seeds: 0 })
  } catch (error) {
    return tallyFailure(plan, 'simulation-error', storyOf(error))
  }
}

function storyOf(error: unknown): string {
  if (error instanceof SimulationError) return `${error.code}: ${error.message}`
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
