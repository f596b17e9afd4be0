import type { ArmResult } from '@keyrace/contracts'

/** How long timed pushes of an arm took at a service time; undefined where there were none. */
export function latencyAt(
  { byServiceTime }: ArmResult,
  serviceTimeMs: number,
): ArmResult['latencyMs'] | undefined {
  const here = byServiceTime.find((figures) => figures.serviceTimeMs === serviceTimeMs)
  return here !== undefined && here.latencyMs.response.count > 0 ? here.latencyMs : undefined
}
