import type { Load, Plan } from '@keyrace/contracts'
import { enumeration, serviceTime } from '@keyrace/report'
import { turnsOf } from '@keyrace/scenarios'
import { detectable } from '@keyrace/statistics'
import { isCompared } from '@keyrace/testbed'
import { expectedSpread } from './expected-spread.ts'
import { expectedMs } from './expected-time.ts'

/** What is about to happen, in one sentence. */
export function planLine(plan: Plan): string {
  const { scenario, mode, target, seed, arms, replicas, races } = plan
  const where = mode === 'sim' ? ', simulated' : target === 'compose' ? ', in containers' : ''
  const strategies = enumeration(arms.map(({ strategy }) => strategy))
  const each = arms.length === 1 ? '' : ' per strategy'
  // Without races a story has work of its own, which nobody here knows.
  const isForeseeable = mode === 'real' && target === 'local' && races > 0
  const turns = turnsOf(plan).length
  const parts = [
    `${replicas} builder${replicas === 1 ? '' : 's'}${each}, ${strategies}`,
    ...(turns > 1 ? [`in ${turns} turns`] : []),
    ...(isCompared(plan) ? [comparisonText(plan)] : []),
    ...(races > 0 ? [`${races} race${races === 1 ? '' : 's'}`] : []),
    `${plan.users} users × ${plan.keysPerUser} keys, ${plan.apps} apps`,
    ...(isForeseeable ? [`about ${roughly(expectedMs(plan))}`] : []),
  ]
  return `${scenario}, seed ${seed}${where}: ${parts.join('; ')}`
}

function comparisonText({ latency, serviceTimesMs }: Plan): string {
  const { pairs, load } = latency
  const times = enumeration(serviceTimesMs.map(serviceTime))
  const ratio = detectable(pairs, expectedSpread(latency))
  const finds = ratio === null ? '' : `, detects ≥ ${Math.ceil(100 * (ratio - 1))} %`
  return `${pairs} pairs of blocks at ${times}, ${loadText(load)}${finds}`
}

function loadText(load: Load): string {
  if (load.kind === 'closed') {
    return load.clients === 1 ? 'one push at a time' : `${load.clients} people in a closed loop`
  }
  return `${load.ratePerSecond} pushes/s`
}

function roughly(ms: number): string {
  const seconds = Math.max(5, Math.round(ms / 5_000) * 5)
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}
