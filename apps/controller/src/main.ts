import type { AddressInfo } from 'node:net'
import { delay, realClock, realIds } from '@keyrace/environment/real'
import { pino } from 'pino'
import { createController } from './controller.ts'
import { createHttpServer } from './http-server.ts'
import { type Options, parseOptions } from './options.ts'
import { scryptSecrets } from './scrypt-secrets.ts'
import { openPostgresStore } from './store/postgres/postgres-store.ts'
import { StoreError } from './store/store.ts'

const exitCode = { stopped: 0, cannotStart: 5, stuck: 5 }
const longestCloseMs = 10_000

const options = parseOptions(process.argv.slice(2), process.env)
const logger = pino({ level: options.logLevel }, pino.destination({ dest: 2, sync: true }))
const stopOrdered = stopOrder(options)
const stop = await start(options).catch((error: NodeJS.ErrnoException) => {
  process.stderr.write(`controller: ${explain(error, options)}\n`)
  process.exit(exitCode.cannotStart)
})
await stopOrdered
setTimeout(() => process.exit(exitCode.stuck), longestCloseMs)
await stop()
process.exit(exitCode.stopped)

/** Answers how to stop what it started. */
async function start({ database, listen, serviceTime, ...tokens }: Options) {
  const store = await openPostgresStore({
    url: database,
    ids: realIds,
    onIdleFailure: (error) => logger.warn(error, 'an idle database connection failed'),
  })
  const controller = createController({
    ...tokens,
    store,
    clock: realClock,
    ids: realIds,
    secrets: scryptSecrets,
    serviceTimeMs: serviceTime,
    delay,
    onFailure: (error, endpoint) => logger.error(error, `${endpoint}: the database failed`),
  })
  const server = await createHttpServer(controller, { logger })
  await server.listen(listen)
  const { address, port } = server.server.address() as AddressInfo
  const url = `http://${address.includes(':') ? `[${address}]` : address}:${port}`
  process.stdout.write(`${JSON.stringify({ event: 'listening', url })}\n`)
  return async () => {
    await server.close()
    await store.close()
  }
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
function explain(error: NodeJS.ErrnoException, { database, listen }: Options): string {
  if (error instanceof StoreError) {
    const url = database.replace(/(\/\/[^:@/]*):.*@/, '$1:…@')
    return `cannot use the database ${url} (${error.code} ${error.message}): start it, or name another with --database`
  }
  if (error.syscall === undefined) throw error
  const reason = error.code === 'EADDRINUSE' ? 'it is taken' : error.message
  return `cannot listen on ${listen.host}:${listen.port} (${reason}): choose another with --listen`
}
