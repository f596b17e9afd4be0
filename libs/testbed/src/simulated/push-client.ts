import { type Clock, type Random, TransportError } from '@keyrace/environment'
import { ConnectionRefused, type PushConnection, type PushKey } from '@keyrace/load'
import type { Network } from '@keyrace/simulation'
import type { SimulatedBuilder } from './builder.ts'
import { pushSimulated } from './push.ts'

export interface SimulatedClientDeps {
  readonly network: Network
  readonly clock: Clock
  readonly random: Random
  readonly builder: SimulatedBuilder
  /** The builder's name on the network, and this client's. */
  readonly node: string
  readonly name: string
  /** Bounds each step of the connecting, and then each push. */
  readonly timeoutMs: number
}

/** Connects and authenticates as an SSH client does, round trip for round trip. */
export async function connectSimulated(
  deps: SimulatedClientDeps,
  key: PushKey,
): Promise<PushConnection> {
  const { builder, clock, name, network, node, random, timeoutMs } = deps
  const session = builder.accept(name)
  const startedAt = clock.now()
  await exchange(deps, 'connect', granted)
  const connectedAt = clock.now()
  await exchange(deps, 'exchange versions', granted)
  await exchange(deps, 'exchange keys', granted)
  const keyExchangedAt = clock.now()
  await exchange(deps, 'offer key', () => session.probe(key), keyExchangedAt)
  await exchange(deps, 'sign', () => session.authenticate(key), keyExchangedAt)

  const toBuilder = network.link(name, node).stream(name)
  const toClient = network.link(node, name).stream(name)
  let execs = 0
  return {
    name,
    stamps: { startedAt, connectedAt, keyExchangedAt, authenticatedAt: clock.now() },
    push: (task) =>
      pushSimulated({ clock, random, session, toBuilder, toClient, timeoutMs }, ++execs, task),
    close: async () => {},
  }
}

async function granted(): Promise<boolean> {
  return true
}

async function exchange(
  { name, network, node, timeoutMs }: SimulatedClientDeps,
  step: string,
  serve: () => Promise<boolean>,
  offeredAt?: number,
): Promise<void> {
  const isGranted = await network
    .link(name, node)
    .request(`${name} ${step}`, timeoutMs, serve)
    .catch((error: unknown) => {
      if (!(error instanceof TransportError)) throw error
      throw new ConnectionRefused('timeout', `${node} did not answer`, { cause: error })
    })
  if (!isGranted) throw new ConnectionRefused('denied', `${node} refused the key`, { offeredAt })
}
