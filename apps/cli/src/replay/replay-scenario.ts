import { join } from 'node:path'
import type { Mode, Plan } from '@keyrace/contracts'
import type { Deps } from '../deps.ts'
import { unknown } from '../nearest.ts'
import { inMode } from '../plan.ts'
import { runAll } from '../run-all.ts'

/** Runs a scenario by a plan that an earlier run has left; the exit code is that of the run. */
export function replayScenario(
  deps: Deps,
  plan: Plan,
  {
    mode = plan.mode,
    out = join('out', `replay-${plan.seed}`),
    json = false,
  }: { readonly mode?: Mode; readonly out?: string; readonly json?: boolean },
): Promise<number> {
  const { scenarios } = deps
  const scenario = Object.hasOwn(scenarios, plan.scenario) ? scenarios[plan.scenario] : undefined
  if (scenario === undefined) throw unknown('scenario', plan.scenario, Object.keys(scenarios))
  return runAll(deps, [{ scenario, plan: inMode(plan, mode) }], { out, json })
}
