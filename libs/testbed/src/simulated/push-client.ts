import { type Clock, type Random, TransportError } from '@keyrace/environment'
import { ConnectionRefused, type PushConnection, type PushKey } from '@keyrace/load'
import type { Link, Network } from '@keyrace/simulation'
import type { SimulatedSession } from './builder.ts'
import { pushSimulated } from './push.ts'

export interface SimulatedClientDeps {
  readonly network: Network
  readonly clock: Clock
  readonly random: Random
  /** The builder's name on the network, and this client's. */
  readonly node: string
  readonly name: string
  /** What the builder makes of a new connection; undefined where nobody listens. */
  readonly accept: (client: string) => SimulatedSession | undefined
  /** Bounds each step of the connecting, and then each push. */
  readonly timeoutMs: number
}

/** Connects and authenticates as an SSH client does, round trip for round trip. */
export async function connectSimulated(
  deps: SimulatedClientDeps,
  key: PushKey,
): Promise<PushConnection> {
  const { clock, name, network, node, random } = deps
  const link = network.link(name, node)
  const toBuilder = link.stream(name)
  const toClient = network.link(node, name).stream(name)
  const line = createLine(link)
  let session: SimulatedSession | undefined
  const granted = (open: SimulatedSession) => (open.isOpen() ? Promise.resolve(true) : undefined)

  const startedAt = clock.now()
  await exchange(deps, link, 'connect', () => {
    session = deps.accept(name)
    return session && granted(session)
  })
  if (session === undefined) throw new Error('nobody accepted it')
  const accepted = session
  const connectedAt = clock.now()
  await exchange(deps, link, 'exchange versions', () => granted(accepted))
  await exchange(deps, link, 'exchange keys', () => granted(accepted))
  const keyExchangedAt = clock.now()
  const offer = (step: 'probe' | 'authenticate') =>
    exchange(
      deps,
      link,
      step,
      () => (accepted.isOpen() ? accepted[step](key) : undefined),
      keyExchangedAt,
    )
  await offer('probe')
  await offer('authenticate')

  let execs = 0
  return {
    name,
    stamps: { startedAt, connectedAt, keyExchangedAt, authenticatedAt: clock.now() },
    push: (task) =>
      pushSimulated(
        { clock, random, session: accepted, line, toBuilder, toClient, timeoutMs: deps.timeoutMs },
        ++execs,
        task,
      ),
    close: async () => line.forget(),
  }
}

/** Whether a connection stands, as its client's end knows. */
export interface Line {
  isBroken(): boolean
  /** Calls back when it breaks. */
  onBreak(notice: () => void): () => void
}

function createLine(link: Link): Line & { forget(): void } {
  const notices = new Set<() => void>()
  let isBroken = false
  const forget = link.onBreak(() => {
    isBroken = true
    for (const notice of notices) notice()
  })
  return {
    forget,
    isBroken: () => isBroken,
    onBreak(notice) {
      notices.add(notice)
      return () => void notices.delete(notice)
    },
  }
}

async function exchange(
  { name, node, timeoutMs }: SimulatedClientDeps,
  link: Link,
  step: string,
  serve: () => Promise<boolean> | undefined,
  offeredAt?: number,
): Promise<void> {
  const isGranted = await link
    .request(`${name} ${step}`, timeoutMs, serve)
    .catch((error: unknown) => {
      if (!(error instanceof TransportError)) throw error
      const code = error.code === 'timeout' ? 'timeout' : 'unreachable'
      throw new ConnectionRefused(code, error.message, { cause: error })
    })
  if (!isGranted) throw new ConnectionRefused('denied', `${node} refused the key`, { offeredAt })
}
