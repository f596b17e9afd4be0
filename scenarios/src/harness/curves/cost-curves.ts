import type { Curve } from '@keyrace/contracts'
import type { Context } from '../scenario.ts'
import type { Subject } from './curve-point.ts'
import { failedLookups, type LookupCell, lookupCurves, measureLookups } from './lookup-curves.ts'
import { missingPushes, pushCurves, type TimedCell, timePushes } from './push-curves.ts'

/** What pushing and looking up took, at points along one axis. */
export interface Costs {
  readonly pushes: readonly TimedCell[]
  readonly lookups: readonly LookupCell[]
}

export async function measureCosts(context: Context, subjects: readonly Subject[]): Promise<Costs> {
  const pushes = await timePushes(context, subjects)
  return { pushes, lookups: await measureLookups(context, subjects) }
}

export async function costCurves(
  context: Context,
  { pushes, lookups }: Costs,
  axis: string,
): Promise<Curve[]> {
  return [...(await pushCurves(context, pushes, axis)), ...lookupCurves(lookups, axis)]
}

/** Why the curves prove nothing, one sentence for each point that they lack. */
export function costDoubts({ pushes, lookups }: Costs, axis: string): string[] {
  return [...missingPushes(pushes, axis), ...failedLookups(lookups, axis)]
}
