import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
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
import { type Builder, createBuilder } from './builder.ts'
import { type Options, parseOptions } from './options.ts'
import { CannotStart, checkGit, openRepositories, readHostKeys } from './preflight.ts'
import { hasNativeCrypto } from './ssh/native-crypto.ts'

const exitCode = { stopped: 0, cannotStart: 5, stuck: 5 }
/** Beyond the time for draining. */
const longestCloseMs = 10_000

// Starting git copies the table of our pages, so memory costs time on each push. What a push allocates
// would make the young generation grow to 48 MB, and the collections that this saves are cheaper.
setFlagsFromString('--semi-space-growth-factor=1')

const options = parseOptions(process.argv.slice(2), process.env)
const log = pino({ level: options.logLevel }, pino.destination({ dest: 2, sync: true }))
const stopOrdered = stopOrder(options)
const builder = await start(options).catch((error: NodeJS.ErrnoException) => {
  process.stderr.write(`builder: ${explain(error, options)}\n`)
  process.exit(exitCode.cannotStart)
})
await stopOrdered
setTimeout(() => process.exit(exitCode.stuck), options.drainTimeout + longestCloseMs)
await builder.close({ drainMs: options.drainTimeout })
process.exit(exitCode.stopped)

async function start(options: Options): Promise<Builder> {
  const { controller, gitTimeout, lockTimeout, repositories } = options
  await checkGit()
  await openRepositories(repositories)
  const hostKeys = await readHostKeys(options.hostKey)
  if (!hasNativeCrypto()) {
    log.warn(
      'ssh2 has no native crypto and is slow: install g++, make and python3, then npm rebuild ssh2',
    )
  }
  const builder = createBuilder(
    { ...options, hostKeys, lockTimeoutMs: lockTimeout, gitTimeoutMs: gitTimeout },
    {
      clock: realClock,
      ids: realIds,
      processes: realProcesses,
      transport: createHttpTransport({ origin: controller }),
      token: options.token,
      lockDisk: createRealDisk(join(repositories, '.locks')),
      root: createRealRepositoryRoot(repositories),
      // Written before the client is told: the evidence of every acknowledged push is there.
      trace: openTraceFile(options.evidence),
      removalTrace: openTraceFile(options.removalEvidence),
      log,
    },
  )
  const { host, port } = await builder.start()
  process.stdout.write(`${JSON.stringify({ event: 'listening', host, port })}\n`)
  return builder
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
function explain(error: NodeJS.ErrnoException, { listen }: Options): string {
  if (error instanceof CannotStart) return error.message
  if (error.syscall === 'open') {
    return `cannot write evidence to ${error.path} (${error.code}): choose another file with --evidence or --removal-evidence`
  }
  if (error.syscall === undefined) throw error
  const reason = error.code === 'EADDRINUSE' ? 'it is taken' : error.message
  return `cannot listen on ${listen.host}:${listen.port} (${reason}): choose another with --listen`
}
