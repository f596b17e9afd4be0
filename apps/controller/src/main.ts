import type { AddressInfo } from 'node:net'
import { createHttpTransport, delay, realClock, realIds } from '@keyrace/environment/real'
import {
  announce,
  CannotStart,
  createLog,
  openNeighbours,
  orCannotListen,
  runService,
} from '@keyrace/service'
import { createController } from './controller.ts'
import { createHttpServer } from './http-server.ts'
import { mirrorsTo } from './mirrors/index.ts'
import { type Options, parseOptions } from './options.ts'
import { scryptSecrets } from './scrypt-secrets.ts'
import { openPostgresStore } from './store/postgres/postgres-store.ts'
import { type Store, StoreError } from './store/store.ts'

/** A builder says how far it got, and no more. */
const longestInboxAnswerBytes = 4_096

const options = parseOptions(process.argv.slice(2), process.env)
const log = createLog(options.logLevel)
await runService({ name: 'controller', longestCloseMs: 10_000, options, start })

async function start(options: Options) {
  const { database, listen, serviceTime, feedRetention, leaseTerm, quirk, etcd, kube, ...tokens } =
    options
  const neighbours = await openNeighbours({ etcd, kube })
  const store = await openStore(database)
  const controller = createController({
    ...tokens,
    store,
    clock: realClock,
    ids: realIds,
    secrets: scryptSecrets,
    serviceTimeMs: serviceTime,
    quirks: quirk,
    feedRetention,
    leaseTermMs: leaseTerm,
    delay,
    transportTo: (origin) =>
      createHttpTransport({ origin, connections: 1, longestAnswerBytes: longestInboxAnswerBytes }),
    followers: mirrorsTo(neighbours, {
      store,
      clock: realClock,
      onFailure: (error, mirror) => log.warn(error, `${mirror} is not kept in step for now`),
    }),
    onFailure: (error, endpoint) => log.error(error, `${endpoint}: the database failed`),
  })
  await controller.start()
  const server = await createHttpServer(controller, { logger: log })
  await orCannotListen(server.listen(listen), listen)
  const { address, port } = server.server.address() as AddressInfo
  const url = `http://${address.includes(':') ? `[${address}]` : address}:${port}`
  announce({ event: 'listening', url })
  return async () => {
    await server.close()
    await controller.close()
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
