import {
  type EndpointName,
  type Endpoints,
  headers,
  type Input,
  type Knobs,
} from '@keyrace/contracts'
import { type Credentials, createControllerClient } from '@keyrace/controller-client'
import {
  type Answer,
  type Call,
  type Clock,
  type PrivateFiles,
  sleep,
  type Transport,
} from '@keyrace/environment'
import { type KeyLookup, type OfferedKey, type Strategy, settle } from '@keyrace/key-lookup'
import { publicKeyOf } from '@keyrace/public-key'
import {
  createNetwork,
  createSimulatedInboxes,
  createSimulatedPrivateFiles,
  createSimulatedTransport,
  type Inboxes,
  type Network,
  type Simulation,
  simulate,
} from '@keyrace/simulation'
import { expect } from 'vitest'
import { createSimulatedController, createSimulatedDatabase } from '../simulated/controller.ts'
import { createSimulatedNeighbours, type Neighbours } from '../simulated/neighbours.ts'
import { createFaultyWay, type FaultyWay } from './strategy-faults.ts'

/** One lookup beside a controller that already knows some people, in virtual time. */
export interface StrategyRig {
  readonly controller: RigController
  /** Not started yet. */
  readonly lookup: KeyLookup
  elapse(ms: number): Promise<void>
  /** Milliseconds since the lookup was made. */
  now(): number
}

/** The production controller, over a network that the test may spoil. Mutations resolve once they are acknowledged. */
export interface RigController extends Pick<FaultyWay, 'fault' | 'answersAfterMs'>, People {
  /** The calls that the lookup made, as `purpose METHOD /path`. */
  readonly requests: readonly string[]
  /** Back to the backup from before the test: its rights and its revision, under another epoch. */
  restore(): Promise<void>
}

/** What people do to their accounts. Rejects where the controller refuses. */
export interface People {
  register(user: string): Promise<void>
  /** Of a user without apps. */
  cancel(user: string): Promise<void>
  addKey(user: string, key: OfferedKey): Promise<void>
  removeKey(user: string, key: OfferedKey): Promise<void>
  /** Makes the next generation of that name. */
  createApp(app: string, owner: string): Promise<void>
  deleteApp(app: string): Promise<void>
  transferApp(app: string, owner: string): Promise<void>
  grant(app: string, user: string): Promise<void>
  revokeGrant(app: string, user: string): Promise<void>
}

export interface StrategyRigOptions {
  readonly set?: Knobs
  readonly seed?: number
  /** What a lookup before this one has left, or a disk that fails. */
  readonly files?: PrivateFiles
  /** Whether messages sent now are lost; what the controller calls by itself goes to `inbox`. */
  readonly isCut?: (from: string, to: string) => boolean
}

const replica = 'builder-1'
const builderToken = 'token of the builders'
const mutationTimeoutMs = 60_000

/** Longer than any timeout of a call that was under way when its lookup was closed. */
const lastTimeoutMs = 60_000

/**
 * The controller knows alice, who owns `web`, bob, who owns `shop` and may use `web`, mallory, and root, an
 * administrator; each has one key. Closes the lookup in the end, and checks that nothing of it goes on.
 */
export async function withRig(
  strategy: Strategy,
  {
    set = {},
    seed = 1,
    files = createSimulatedPrivateFiles(),
    isCut = () => false,
  }: StrategyRigOptions,
  use: (rig: StrategyRig) => Promise<void>,
): Promise<void> {
  await simulate(seed, async (simulation) => {
    const { clock, ids, kernel, random } = simulation
    const latencyMs = { from: 0.2, to: 5 }
    const network = createNetwork({ kernel, random, latencyMs, isCut })
    const inboxes = createSimulatedInboxes({ network, ids })
    const neighbours = createSimulatedNeighbours(simulation, {
      ...{ needs: new Set(strategy.needs), network },
    })
    let epochs = 0
    const startNext = () =>
      fromBackup(simulation, inboxes, neighbours.reach('controller'), `epoch-${++epochs}`)
    const { controller, transport, close } = await startController({ clock, network }, startNext)
    const client = createControllerClient({ transport, credentials: { builder: builderToken } })
    const lookup = strategy.create(
      {
        ...{ replica, clock, ids, controller: client, files, inbox: inboxes.inbox('inbox') },
        ...neighbours.reach(replica),
      },
      settle('the strategy', strategy, set),
    )
    const madeAt = clock.now()
    await use({
      controller,
      lookup,
      elapse: (ms) => sleep(clock, ms),
      now: () => clock.now() - madeAt,
    })
    await lookup.close()
    await close()
    await sleep(clock, lastTimeoutMs)
    expect(kernel.pending()).toBe(0)
  })
}

async function startController(
  { clock, network }: { readonly clock: Clock; readonly network: Network },
  startNext: () => ReturnType<typeof fromBackup>,
): Promise<{
  readonly controller: RigController
  /** The lookup's way there. */
  readonly transport: Transport
  readonly close: () => Promise<void>
}> {
  const requests: string[] = []
  const first = await startNext()
  let { close } = first
  const way = createFaultyWay(clock, first.answer)
  const { answer } = way
  const transport = createSimulatedTransport({ network, from: replica, to: 'controller', answer })
  const controller: RigController = Object.assign(way, first.people, {
    requests,
    async restore() {
      await close()
      const next = await startNext()
      close = next.close
      Object.assign(controller, next.people)
      way.replace(next.answer)
    },
  })
  return {
    controller,
    close: () => close(),
    transport: {
      ...transport,
      call(call) {
        const { method, path } = call.endpoint
        requests.push(`${call.headers[headers.purpose]} ${method} ${path}`)
        return transport.call(call)
      },
    },
  }
}

/** A controller on the same few people each time, under an epoch of its own. */
async function fromBackup(
  simulation: Simulation,
  inboxes: Inboxes,
  neighbours: Neighbours,
  epoch: string,
) {
  const { answer, start, close } = createSimulatedController(simulation, {
    neighbours,
    database: createSimulatedDatabase(simulation, epoch),
    operatorToken: 'token of the operator',
    builderTokens: { arm: builderToken },
    transportTo: (origin) => inboxes.transport('controller', origin),
    serviceTimeMs: 0,
  })
  await start()
  const people = createPeople(answer)
  // The first to register becomes the administrator.
  for (const user of ['root', 'alice', 'bob', 'mallory']) {
    await people.register(user)
    await people.addKey(user, keyOf(user))
  }
  await people.createApp('web', 'alice')
  await people.createApp('shop', 'bob')
  await people.grant('web', 'bob')
  return { answer, people, close }
}

/** They are beside the controller: nothing that happens on the network keeps them from it. */
function createPeople(answer: (call: Call) => Promise<Answer>): People {
  const tokens = new Map<string, string>()
  const transport = { call: answer, close: async () => {} }

  return {
    async register(username) {
      const body = { username, password: 'secret' }
      await must('none', 'register', { body })
      tokens.set(username, (await must('none', 'login', { body })).token)
    },
    cancel: (user) => as(user, 'cancel', {}),
    addKey: (user, key) =>
      as(user, 'addKey', { body: { id: nameOf(key), public: `ssh-ed25519 ${key.blob}` } }),
    removeKey: (user, key) => as(user, 'removeKey', { params: { key: nameOf(key) } }),
    createApp: (app, owner) => as(owner, 'createApp', { body: { id: app } }),
    deleteApp: (app) => as('root', 'deleteApp', { params: { app } }),
    transferApp: (app, owner) => as('root', 'transferApp', { params: { app }, body: { owner } }),
    grant: (app, username) => as('root', 'grant', { params: { app }, body: { username } }),
    revokeGrant: (app, username) => as('root', 'revokeGrant', { params: { app, username } }),
  }

  async function as<N extends EndpointName>(user: string, name: N, input: Input<Endpoints[N]>) {
    await must({ user: tokens.get(user) ?? 'none' }, name, input)
  }

  async function must<N extends EndpointName>(
    credentials: Credentials,
    name: N,
    input: Input<Endpoints[N]>,
  ) {
    const client = createControllerClient({ transport, credentials })
    const result = await client.call(name, input, { timeoutMs: mutationTimeoutMs })
    if (!result.ok) throw new Error(`${name} was refused: ${result.detail}`)
    return result.body
  }
}

/** The key that belongs to a user, or another one of theirs. Nobody has its private half. */
export function keyOf(user: string, which = 'first'): OfferedKey {
  const blob = Buffer.alloc(51)
  blob.writeUInt32BE(11)
  blob.write('ssh-ed25519', 4)
  blob.writeUInt32BE(32, 15)
  blob.write(`${user}/${which}`, 19)
  return publicKeyOf(blob)
}

/** A fingerprint may have a slash in it, and a key's name may not. */
function nameOf({ fingerprint }: OfferedKey): string {
  return fingerprint.replaceAll('/', '_')
}
