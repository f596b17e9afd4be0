import { constants } from 'node:fs'
import { access, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  createHttpTransport,
  createRealDisk,
  createRealRepositoryRoot,
  openTraceFile,
  realClock,
  realIds,
  realProcesses,
} from '@keyrace/environment/real'
import { pino } from 'pino'
import type { News } from './news.ts'
import { type Options, parseOptions } from './options.ts'
import { createReaper, type Reaper } from './reaper.ts'

const exitCode = { stopped: 0, cannotStart: 5, stuck: 5 }
const longestCloseMs = 20_000

const options = parseOptions(process.argv.slice(2), process.env)
const log = pino({ level: options.logLevel }, pino.destination({ dest: 2, sync: true }))
const stopOrdered = stopOrder(options)
const reaper = await start(options).catch((error: NodeJS.ErrnoException) => {
  process.stderr.write(`reaper: ${explain(error, options)}\n`)
  process.exit(exitCode.cannotStart)
})
await stopOrdered
setTimeout(() => process.exit(exitCode.stuck), longestCloseMs)
await reaper.close()
process.exit(exitCode.stopped)

async function start(options: Options): Promise<Reaper> {
  const { budget, controller, dryRun, evidence, name, repositories, source, token } = options
  await mkdir(repositories, { recursive: true })
  await access(repositories, constants.R_OK | constants.W_OK | constants.X_OK)
  const reaper = createReaper(
    {
      ...{ name, source, budget, dryRun },
      intervalMs: options.interval,
      graceMs: options.grace,
      timeoutMs: options.timeout,
    },
    {
      clock: realClock,
      ids: realIds,
      processes: realProcesses,
      transport: createHttpTransport({ origin: controller }),
      token,
      root: createRealRepositoryRoot(repositories),
      lockDisk: createRealDisk(join(repositories, '.locks')),
      trace: openTraceFile(evidence),
      tell,
    },
  )
  say({ event: 'sweeping', repositories })
  reaper.start()
  return reaper
}

function tell(news: News): void {
  switch (news.kind) {
    case 'would-remove':
      say({ event: news.kind, ...news.repository })
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

/** One line of JSON on standard output. */
function say(event: object): void {
  process.stdout.write(`${JSON.stringify(event)}\n`)
}

/** Resolves at a signal, or when the process that started us is gone. */
function stopOrder({ exitWithParent }: Options): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
    if (exitWithParent) process.stdin.once('close', resolve).resume()
  })
}

/** One line that names the fix. */
function explain(error: NodeJS.ErrnoException, { repositories }: Options): string {
  if (error.syscall === undefined) throw error
  return error.syscall === 'open'
    ? `cannot write evidence to ${error.path} (${error.code}): choose another file with --evidence`
    : `cannot write to ${repositories} (${error.code}): change its owner, or choose another with --repositories`
}
