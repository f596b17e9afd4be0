import type { FixtureApp } from '@keyrace/load'
import type { Lane } from './block.ts'
import type { Contender, Site, Skipped } from './contenders/contender.ts'

/** Starts each contender that can run here; they end with `cleanup`. */
export async function startLanes(
  cleanup: AsyncDisposableStack,
  site: Site,
  contenders: readonly Contender[],
  apps: readonly FixtureApp[],
): Promise<{ readonly lanes: readonly Lane[]; readonly skipped: readonly Skipped[] }> {
  const lanes: Lane[] = []
  const skipped: Skipped[] = []
  for (const contender of contenders) {
    const { name } = contender
    const reason = contender.missing()
    if (reason !== undefined) {
      skipped.push({ contender: name, reason })
      continue
    }
    const server = await contender.start(site)
    cleanup.defer(() => server.stop())
    lanes.push({ name, contender, site, server, apps })
  }
  return { lanes, skipped }
}
