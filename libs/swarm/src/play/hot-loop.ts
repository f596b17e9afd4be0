import type { SwarmPlan } from '@keyrace/contracts'
import type { Breach } from '@keyrace/scenarios'
import type { Arm, FailedSweep } from '@keyrace/testbed'

/** What a neighbour in distress is spared. */
export const restraint = {
  name: 'hot-loop',
  sentence: 'A reaper whose sweep has failed waits for its interval at least before it asks again.',
} as const

/** What a clock may be wrong by. */
const leastShare = 0.9

/** The first sweep of each reaper that came too soon after one that had failed. */
export function hotLoops(
  { reaper }: SwarmPlan,
  { arm, failedSweeps }: { readonly arm: Arm; readonly failedSweeps: readonly FailedSweep[] },
): readonly Breach[] {
  const leastMs = leastShare * (reaper?.intervalMs ?? 0)
  const byReaper = Map.groupBy(failedSweeps, (sweep) => sweep.reaper)
  return [...byReaper].flatMap(([name, sweeps]) => {
    const apart = sweeps.slice(1).map(({ at }, index) => at - (sweeps[index]?.at ?? at))
    const tooSoonMs = apart.find((ms) => ms < leastMs)
    if (tooSoonMs === undefined) return []
    const story = `${name} failed again ${Math.round(tooSoonMs)} ms after it had failed, and pauses for ${reaper?.intervalMs} ms`
    return [{ arm: arm.name, promise: restraint.name, replica: name, story, ops: [] }]
  })
}
