import {
  type Access,
  type Endpoint,
  type EndpointName,
  endpoints,
  headers,
  type QuirkName,
} from '@keyrace/contracts'
import {
  type Call,
  type Clock,
  type Ids,
  type Points,
  sleep,
  type Transport,
} from '@keyrace/environment'
import type { Rules } from '@keyrace/lease'
import { type AnyOutcome, hasAnswer, respond, type SerializedAnswer } from './answers.ts'
import { type Builder, type Callers, createCallers } from './callers.ts'
import { createBuilders } from './domain/builders.ts'
import { createFeed, type Feed } from './domain/feed.ts'
import type { Follower } from './domain/followers.ts'
import { createLeases } from './domain/leases.ts'
import { isRefusal } from './domain/outcome.ts'
import type { Secrets } from './domain/secrets.ts'
import { createWaitLog } from './domain/waits.ts'
import { createHandlers } from './handlers.ts'
import { expectEpoch, type Store, StoreError } from './store/store.ts'
import { createUsageMeter } from './usage.ts'

export interface ControllerDeps {
  readonly store: Store
  readonly clock: Clock
  readonly ids: Ids
  readonly secrets: Secrets
  readonly operatorToken: string
  /** Arm → token: each arm's builders come with their own, so that requests are charged to it. */
  readonly builderTokens: Readonly<Record<string, string>>
  /** Added to every answer to a builder, as a slower platform would; the operator may change it. */
  readonly serviceTimeMs?: number
  /** Behaviours of the original that are switched on. */
  readonly quirks?: readonly QuirkName[]
  /** Waits this long, and to a fraction of a millisecond where that is possible. */
  readonly delay?: (ms: number) => Promise<void>
  /** Told about failures of the database, whose callers only learn that there was one. */
  readonly onFailure?: (error: StoreError, endpoint: EndpointName) => void
  /** How many changes the feed reaches back. */
  readonly feedRetention?: number
  /** A mutation is acknowledged once all of them have seen it. */
  readonly followers?: readonly ((feed: Feed) => Follower)[]
  /** The way to a builder that wants to be called, by the origin of its inbox. */
  readonly transportTo?: (origin: string) => Transport
  /** How long a revocation may have to wait for a builder that has a lease and says nothing. */
  readonly leaseTermMs?: number
  /** Those that leases go by; all of them, by default. */
  readonly leaseRules?: Rules | undefined
  readonly points?: Points | undefined
}

const defaultLeaseTermMs = 2_000

/** The controller whatever the transport: HTTP and the simulated network both end here. */
export interface Controller {
  start(): Promise<void>
  /** The input fits the endpoint's schemas. Rejects on our own faults only. */
  answer(call: Call): Promise<SerializedAnswer>
  close(): Promise<void>
}

export function createController(deps: ControllerDeps): Controller {
  const { store, clock, onFailure, points, delay = (ms) => sleep(clock, ms) } = deps
  const serviceTime = { ms: deps.serviceTimeMs ?? 0 }
  const meter = createUsageMeter(Object.keys(deps.builderTokens))
  const identify = createCallers(deps)
  const waits = createWaitLog()
  const feed = createFeed({ store, clock, points, retention: deps.feedRetention })
  const { transportTo } = deps
  const builders = createBuilders({ ...deps, feed, transportTo, waits })
  const followers = [builders, ...(deps.followers ?? []).map((follow) => follow(feed))]
  const leases = createLeases({
    ...deps,
    longestTermMs: deps.leaseTermMs ?? defaultLeaseTermMs,
    waits,
  })
  const handlers = createHandlers({ ...deps, feed, builders, leases, meter, serviceTime, waits })

  return {
    async start() {
      await leases.start()
      await Promise.all(followers.map((follower) => follower.start()))
    },
    async answer(call) {
      const name = nameOf(call.endpoint)
      const { epoch } = store
      try {
        return await answerAs(name, call, epoch)
      } catch (error) {
        report(error, name)
        return respond(call.endpoint, { refused: 'server-error' }, epoch)
      }
    },
    async close() {
      leases.close()
      await Promise.all(followers.map((follower) => follower.close()))
    },
  }

  async function answerAs(
    name: EndpointName,
    call: Call,
    epoch: string,
  ): Promise<SerializedAnswer> {
    const { endpoint, headers: received } = call
    const caller = await identify(endpoint.access, received)
    if (caller === undefined) return respond(endpoint, { refused: 'unauthenticated' }, epoch)
    const handle = async () => {
      const outcome = await outcomeOf(name, call, caller, epoch)
      expectEpoch(store, epoch)
      return respond(endpoint, outcome, epoch)
    }
    return endpoint.access === 'builder'
      ? charge(name, caller as Builder, received, handle)
      : await handle()
  }

  async function outcomeOf(
    name: EndpointName,
    { endpoint, input, headers: received, signal }: Call,
    caller: Callers[Access],
    epoch: string,
  ): Promise<AnyOutcome> {
    const ifNoneMatch = received[headers.ifNoneMatch]
    if (endpoint.conditional && ifNoneMatch !== undefined) {
      const revision = await store.revision()
      if (hasAnswer(ifNoneMatch, { epoch, revision })) return { refused: 'not-modified', revision }
    }
    const outcome = await (handlers[name] as Handler)(input, caller, signal)
    return isMutation(endpoint) ? acknowledge(outcome, epoch) : outcome
  }

  /** Of what changed nothing the last revision is waited for: a call may be there to repeat one. */
  async function acknowledge(outcome: AnyOutcome, epoch: string): Promise<AnyOutcome> {
    const { revision, generation } = outcome
    if (isRefusal(outcome) || revision === undefined) return outcome
    const heldBefore = points?.('mutation/before-feed')
    if (heldBefore) await heldBefore
    feed.wake()
    // Nobody can be told of what another history has not.
    expectEpoch(store, epoch)
    const position = { epoch, revision }
    const seen = await Promise.all(followers.map((follower) => follower.hasSeen(position)))
    const heldAfter = points?.('mutation/before-acknowledge')
    if (heldAfter) await heldAfter
    return seen.includes(false) ? { refused: 'not-delivered', revision, generation } : outcome
  }

  /** What fails is charged as well: it was asked for. */
  async function charge(
    name: EndpointName,
    { arm }: Builder,
    received: Call['headers'],
    handle: () => Promise<SerializedAnswer>,
  ): Promise<SerializedAnswer> {
    meter.countRequest(arm, received)
    const answer = await handle()
    meter.countBytes(arm, Buffer.byteLength(answer.text))
    if (serviceTime.ms > 0) await delay(serviceTime.ms)
    const { events } = answer
    return events === undefined ? answer : { ...answer, events: chargeEach(name, arm, events) }
  }

  /** Ends where the database fails. */
  async function* chargeEach(name: EndpointName, arm: string, events: AsyncIterable<unknown>) {
    try {
      for await (const event of events) {
        meter.countBytes(arm, Buffer.byteLength(JSON.stringify(event)))
        yield event
      }
    } catch (error) {
      report(error, name)
    }
  }

  /** Goes on with what is a fault of our own. */
  function report(error: unknown, name: EndpointName): void {
    if (!(error instanceof StoreError)) throw error
    onFailure?.(error, name)
  }
}

/** A handler of whichever endpoint: that input and caller belong to it is known from the table alone. */
type Handler = (
  input: Call['input'],
  caller: Callers[Access],
  signal: AbortSignal | undefined,
) => Promise<AnyOutcome>

const names = new Map(
  Object.entries(endpoints).map(([name, endpoint]): [Endpoint, EndpointName] => [
    endpoint,
    name as EndpointName,
  ]),
)

function nameOf(endpoint: Endpoint): EndpointName {
  const name = names.get(endpoint)
  if (name === undefined) throw new TypeError(`${endpoint.path} is not of the contract`)
  return name
}

/** What builders send in changes nothing that authorization depends on. */
function isMutation({ method, access }: Endpoint): boolean {
  return method !== 'GET' && access !== 'builder'
}
