import { realClock } from '@keyrace/environment/real'
import { startApiServer } from '@keyrace/kubernetes/real'
import { announce, flags, runService, type ServiceOptions } from '@keyrace/service'
import { Command } from 'commander'
import { clusterSettings } from '../cluster-settings.ts'

// A process of its own: whoever generates the load is too busy to answer in time.
const options = new Command('kubernetes')
  .description('A simulated Kubernetes API server, as far as namespaces go.')
  .addOption(flags.logLevel())
  .addOption(flags.exitWithParent())
  .parse()
  .opts<ServiceOptions>()
await runService({ name: 'kubernetes', longestCloseMs: 5_000, options, start })

async function start() {
  const server = await startApiServer({ ...clusterSettings, clock: realClock })
  announce({ event: 'listening', url: server.url })
  return () => server.stop()
}
