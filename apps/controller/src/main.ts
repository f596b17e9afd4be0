import type { AddressInfo } from 'node:net'
import { delay, realClock, realIds } from '@keyrace/environment/real'
import { announce, CannotStart, createLog, orCannotListen, runService } from '@keyrace/service'
import { createController } from './controller.ts'
import { createHttpServer } from './http-server.ts'
import { type Options, parseOptions } from './options.ts'
import { scryptSecrets } from './scrypt-secrets.ts'
import { openPostgresStore } from './store/postgres/postgres-store.ts'
import { type Store, StoreError } from './store/store.ts'

const options = parseOptions(process.argv.slice(2), process.env)
const log = createLog(options.logLevel)
await runService({ name: 'controller', longestCloseMs: 10_000, options, start })

async function start({ database, listen, serviceTime, ...tokens }: Options) {
  const store = await openStore(database)
  const controller = createController({
    ...tokens,
    store,
    clock: realClock,
    ids: realIds,
    secrets: scryptSecrets,
    serviceTimeMs: serviceTime,
    delay,
    onFailure: (error, endpoint) => log.error(error, `${endpoint}: the database failed`),
  })
  const server = await createHttpServer(controller, { logger: log })
  await orCannotListen(server.listen(listen), listen)
  const { address, port } = server.server.address() as AddressInfo
  const url = `http://${address.includes(':') ? `[${address}]` : address}:${port}`
  announce({ event: 'listening', url })
  return async () => {
    await server.close()
    await store.close()
  }
}

async function openStore(url: string): Promise<Store> {
  const onIdleFailure = (error: Error) => log.warn(error, 'an idle database connection failed')
  try {
    return await openPostgresStore({ url, ids: realIds, onIdleFailure })
  } catch (cause) {
    if (!(cause instanceof StoreError)) throw cause
    const shown = url.replace(/(\/\/[^:@/]*):.*@/, '$1:…@')
    throw new CannotStart(
      `cannot use the database ${shown} (${cause.code} ${cause.message}): start it, or name another with --database`,
      { cause },
    )
  }
}
