import {
  type Endpoint,
  type EndpointName,
  type Endpoints,
  type ErrorCode,
  type EventOf,
  endpoints,
  errors,
  errorText,
  formatPosition,
  headers,
  type Input,
  type Position,
  type Purpose,
  parseFill,
  type Reply,
  type Stamp,
} from '@keyrace/contracts'
import {
  type Answer,
  type Call,
  type PointName,
  type Points,
  type Transport,
  TransportError,
} from '@keyrace/environment'
import { conforms } from './conforms.ts'

/** Who calls: a builder of one arm, a signed-in user, the operator, or nobody. */
export type Credentials =
  | { readonly builder: string }
  | { readonly user: string }
  | { readonly operator: string }
  | 'none'

export interface CallOptions {
  /** For the whole answer; of a subscription, until its events begin. */
  readonly timeoutMs: number
  /** What the request is charged to; builders only. */
  readonly purpose?: Purpose
  /** The stamp of the answer that the caller has: as long as it stands, the call is refused as `not-modified`. */
  readonly ifNoneMatch?: Position
  /** Ends the call (`closed`), or the events of a subscription. */
  readonly signal?: AbortSignal
}

/** The endpoints that open a stream of events. */
export type StreamName = {
  [N in EndpointName]: Endpoints[N] extends { readonly events: unknown } ? N : never
}[EndpointName]

export type Result<E extends Endpoints[EndpointName]> =
  | { readonly ok: true; readonly body: Reply<E>; readonly stamp: Stamp | undefined }
  | Refused<E>

export type Subscription<E extends Endpoints[EndpointName]> =
  | {
      readonly ok: true
      /** Once, by one reader. Throws a `ControllerUnavailable` where the connection broke. */
      readonly events: AsyncIterable<EventOf<E>>
      readonly stamp: Stamp | undefined
    }
  | Refused<E>

interface Refused<E extends Endpoints[EndpointName]> {
  readonly ok: false
  readonly code: E['refusals'][number]
  readonly detail: string
  readonly stamp: Stamp | undefined
}

/** The controller did not answer, or answered what the contract does not foresee. */
export class ControllerUnavailable extends Error {
  readonly code: 'timeout' | 'unreachable' | 'malformed' | 'closed' | ErrorCode
  constructor(code: ControllerUnavailable['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ControllerUnavailable'
    this.code = code
  }
}

export interface ControllerClient {
  /**
   * An expected refusal is a value; anything else that goes wrong is a `ControllerUnavailable`.
   * Nothing is retried: the caller knows what a repetition means.
   */
  call<N extends EndpointName>(
    name: N,
    input: Input<Endpoints[N]>,
    options: CallOptions,
  ): Promise<Result<Endpoints[N]>>
  /** The same for what the controller tells as it happens. */
  subscribe<N extends StreamName>(
    name: N,
    input: Input<Endpoints[N]>,
    options: CallOptions,
  ): Promise<Subscription<Endpoints[N]>>
}

export function createControllerClient(deps: {
  readonly transport: Transport
  readonly credentials: Credentials
  readonly points?: Points | undefined
}): ControllerClient {
  const { points } = deps
  const credentials = credentialHeaders(deps.credentials)
  return {
    async call(name, input, options) {
      const endpoint = endpoints[name]
      const answer = await ask(endpoint, input as Call['input'], options)
      const point = pointsAfter[name]
      const held = point && points?.(point)
      if (held) await held
      return resultOf(endpoint, answer)
    },
    async subscribe(name, input, options) {
      const endpoint = endpoints[name]
      const answer = await ask(endpoint, input as Call['input'], options)
      const result = resultOf(endpoint, answer)
      if (!result.ok) return result
      if (answer.events === undefined) throw breach(endpoint, 'an answer without events')
      return { ok: true, events: checked(endpoint, answer.events, points), stamp: result.stamp }
    },
  }

  function ask(
    endpoint: Endpoint,
    input: Call['input'],
    { timeoutMs, purpose, ifNoneMatch, signal }: CallOptions,
  ): Promise<Answer> {
    const sent = {
      ...credentials,
      ...(purpose && { [headers.purpose]: purpose }),
      ...(ifNoneMatch && { [headers.ifNoneMatch]: `"${formatPosition(ifNoneMatch)}"` }),
    }
    return deps.transport
      .call({ endpoint, input, headers: sent, timeoutMs, ...(signal && { signal }) })
      .catch(asUnavailable)
  }
}

/** Of answers that somebody remembers. */
const pointsAfter: Partial<Record<EndpointName, PointName>> = {
  keyOwner: 'answer/key-owner',
  authorize: 'answer/authorize',
  snapshot: 'answer/snapshot',
  changes: 'answer/changes',
  renewLease: 'answer/lease',
  registerBuilder: 'answer/registration',
  publish: 'answer/publish',
  latestGeneration: 'answer/generations',
  latestGenerations: 'answer/generations',
}

function credentialHeaders(credentials: Credentials): Record<string, string> {
  if (credentials === 'none') return {}
  if ('builder' in credentials) return { [headers.builderToken]: credentials.builder }
  const token = 'user' in credentials ? credentials.user : credentials.operator
  return { [headers.userToken]: `token ${token}` }
}

function resultOf<E extends Endpoints[EndpointName]>(endpoint: E, answer: Answer): Result<E> {
  const stamp = stampOf(answer)
  if (answer.status === endpoint.status) {
    if (!conforms(endpoint.reply, answer.body)) throw breach(endpoint, 'the answer')
    return { ok: true, body: answer.body as Reply<E>, stamp }
  }
  const code = answer.headers[headers.code] as ErrorCode | undefined
  const detail = errorText(answer.body) ?? 'no explanation was given'
  // A status without one of our codes comes from something between us and the controller.
  if (code === undefined || errors[code]?.status !== answer.status) {
    throw new ControllerUnavailable('malformed', `unexpected answer ${answer.status}: ${detail}`)
  }
  const refusals: readonly ErrorCode[] = endpoint.refusals
  if (!refusals.includes(code)) {
    throw new ControllerUnavailable(code, `${endpoint.method} ${endpoint.path}: ${detail}`)
  }
  return { ok: false, code: code as E['refusals'][number], detail, stamp }
}

async function* checked<E extends Endpoints[StreamName]>(
  endpoint: E,
  events: AsyncIterable<unknown>,
  points: Points | undefined,
): AsyncGenerator<EventOf<E>> {
  try {
    for await (const event of events) {
      const held = points?.('answer/event')
      if (held) await held
      if (!conforms(endpoint.events, event)) throw breach(endpoint, 'an event')
      yield event as EventOf<E>
    }
  } catch (error) {
    asUnavailable(error)
  }
}

function breach({ path }: Endpoint, what: string): ControllerUnavailable {
  return new ControllerUnavailable('malformed', `${path}: ${what} breaks the contract`)
}

function stampOf({ headers: received }: Answer): Stamp | undefined {
  const epoch = received[headers.epoch]
  const revision = Number(received[headers.revision] ?? Number.NaN)
  if (epoch === undefined || !Number.isSafeInteger(revision)) return undefined
  const generation = Number(received[headers.generation] ?? Number.NaN)
  const fill = parseFill(received[headers.fill] ?? '')
  return {
    epoch,
    revision,
    ...(Number.isSafeInteger(generation) && { generation }),
    ...(fill && { fill }),
  }
}

function asUnavailable(error: unknown): never {
  if (!(error instanceof TransportError)) throw error
  throw new ControllerUnavailable(error.code, error.message, { cause: error })
}
