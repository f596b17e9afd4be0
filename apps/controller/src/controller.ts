import {
  type Access,
  type Endpoint,
  type EndpointName,
  type ErrorCode,
  endpoints,
  errorBody,
  errors,
  headers,
} from '@keyrace/contracts'
import { type Answer, type Call, type Clock, type Ids, sleep } from '@keyrace/environment'
import { type Builder, type Callers, createCallers } from './callers.ts'
import {
  type Forwarded,
  isRefusal,
  type Refusal,
  type Seen,
  type Success,
} from './domain/outcome.ts'
import type { Secrets } from './domain/secrets.ts'
import { createHandlers } from './handlers.ts'
import { type Store, StoreError } from './store/store.ts'
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
  /** Waits this long, and to a fraction of a millisecond where that is possible. */
  readonly delay?: (ms: number) => Promise<void>
  /** Told about failures of the database, whose callers only learn that there was one. */
  readonly onFailure?: (error: StoreError, endpoint: EndpointName) => void
}

/** An answer with the JSON text of its body; empty where there is none. */
export interface SerializedAnswer extends Answer {
  readonly text: string
}

/** The controller whatever the transport: HTTP and the simulated network both end here. */
export interface Controller {
  /** The input fits the endpoint's schemas. Rejects on our own faults only. */
  answer(call: Call): Promise<SerializedAnswer>
}

export function createController(deps: ControllerDeps): Controller {
  const { store, clock, onFailure, delay = (ms) => sleep(clock, ms) } = deps
  const serviceTime = { ms: deps.serviceTimeMs ?? 0 }
  const meter = createUsageMeter(Object.keys(deps.builderTokens))
  const identify = createCallers(deps)
  const handlers = createHandlers({ ...deps, meter, serviceTime })

  return {
    async answer(call) {
      const name = nameOf(call.endpoint)
      try {
        return await answerAs(name, call)
      } catch (error) {
        if (!(error instanceof StoreError)) throw error
        onFailure?.(error, name)
        return respond(call.endpoint, { refused: 'server-error' }, store.epoch)
      }
    },
  }

  async function answerAs(name: EndpointName, call: Call): Promise<SerializedAnswer> {
    const { endpoint, input, headers: received } = call
    const caller = await identify(endpoint.access, received)
    if (caller === undefined) return respond(endpoint, { refused: 'unauthenticated' }, store.epoch)
    const handle = async () =>
      respond(endpoint, await (handlers[name] as Handler)(input, caller), store.epoch)
    return endpoint.access === 'builder'
      ? charge(caller as Builder, received, handle)
      : await handle()
  }

  /** What fails is charged as well: it was asked for. */
  async function charge(
    { arm }: Builder,
    received: Call['headers'],
    handle: () => Promise<SerializedAnswer>,
  ): Promise<SerializedAnswer> {
    meter.countRequest(arm, received)
    const answer = await handle()
    meter.countBytes(arm, Buffer.byteLength(answer.text))
    if (serviceTime.ms > 0) await delay(serviceTime.ms)
    return answer
  }
}

/** A handler of whichever endpoint: that input and caller belong to it is known from the table alone. */
type Handler = (input: Call['input'], caller: Callers[Access]) => Promise<AnyOutcome>

type AnyOutcome = Success<unknown> | Forwarded | Refusal

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

function respond({ status }: Endpoint, outcome: AnyOutcome, epoch: string): SerializedAnswer {
  const stamp = stampOf(outcome, epoch)
  if (isRefusal(outcome)) return refuse(outcome.refused, outcome.detail, stamp)
  return 'json' in outcome
    ? forward(status, stamp, outcome.json)
    : serialize(status, stamp, outcome.body)
}

/** The answer to a request that comes to nothing, in the form that all of them have. */
export function refuse(
  code: ErrorCode,
  detail?: string,
  stamp: Readonly<Record<string, string>> = {},
): SerializedAnswer {
  return serialize(errors[code].status, { ...stamp, [headers.code]: code }, errorBody(code, detail))
}

function serialize(
  status: number,
  sent: Readonly<Record<string, string>>,
  body: unknown,
): SerializedAnswer {
  return { status, headers: sent, body, text: body === null ? '' : JSON.stringify(body) }
}

/** Only the simulation looks at the body: it is read when somebody does. */
function forward(
  status: number,
  sent: Readonly<Record<string, string>>,
  text: string,
): SerializedAnswer {
  return {
    status,
    headers: sent,
    text,
    get body() {
      return JSON.parse(text)
    },
  }
}

function stampOf({ revision, generation }: Seen, epoch: string): Record<string, string> {
  return {
    [headers.epoch]: epoch,
    ...(revision !== undefined && { [headers.revision]: String(revision) }),
    ...(generation !== undefined && { [headers.generation]: String(generation) }),
  }
}
