import { createHttpTransport, realClock, realIds, realProcesses } from '@keyrace/environment/real'
import {
  announce,
  createLog,
  openEvidence,
  openNeighbours,
  openRepositories,
  runService,
} from '@keyrace/service'
import type { News } from './news.ts'
import { type Options, parseOptions } from './options.ts'
import { createReaper } from './reaper.ts'

const options = parseOptions(process.argv.slice(2), process.env)
const log = createLog(options.logLevel)
await runService({ name: 'reaper', longestCloseMs: 20_000, options, start })

async function start(options: Options) {
  const { budget, controller, dryRun, evidence, name, repositories, source, token } = options
  const { namespaces } = await openNeighbours(options)
  const folders = await openRepositories(repositories)
  const reaper = createReaper(
    {
      ...{ name, source, budget, dryRun },
      intervalMs: options.interval,
      graceMs: options.grace,
      timeoutMs: options.timeout,
      quirks: options.quirk,
    },
    {
      clock: realClock,
      ids: realIds,
      processes: realProcesses,
      transport: createHttpTransport({ origin: controller }),
      token,
      namespaces,
      ...folders,
      trace: openEvidence(evidence, '--evidence'),
      tell,
    },
  )
  announce({ event: 'sweeping', repositories })
  reaper.start()
  return () => reaper.close()
}

function tell(news: News): void {
  switch (news.kind) {
    case 'would-remove':
      announce({ event: news.kind, ...news.repository })
      break
    case 'removed':
    case 'busy':
      log.info(news.repository, news.kind)
      break
    case 'stranger':
      log.warn(news, 'this is no repository: it is left alone')
      break
    case 'failed':
      log.error(news, 'nothing more is removed until the controller and the disk answer')
  }
}
