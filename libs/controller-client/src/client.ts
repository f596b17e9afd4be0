import {
  type EndpointName,
  type Endpoints,
  type ErrorCode,
  endpoints,
  errors,
  errorText,
  headers,
  type Input,
  type Purpose,
  type Reply,
  type Stamp,
} from '@keyrace/contracts'
import { type Answer, type Call, type Transport, TransportError } from '@keyrace/environment'
import { conforms } from './reply-check.ts'

/** Who calls: a builder of one arm, a signed-in user, the operator, or nobody. */
export type Credentials =
  | { readonly builder: string }
  | { readonly user: string }
  | { readonly operator: string }
  | 'none'

export interface CallOptions {
  readonly timeoutMs: number
  /** What the request is charged to; builders only. */
  readonly purpose?: Purpose
}

export type Result<E extends Endpoints[EndpointName]> =
  | { readonly ok: true; readonly body: Reply<E>; readonly stamp: Stamp | undefined }
  | {
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
}

export function createControllerClient(deps: {
  readonly transport: Transport
  readonly credentials: Credentials
}): ControllerClient {
  const credentials = credentialHeaders(deps.credentials)
  return {
    async call(name, input, { timeoutMs, purpose }) {
      const endpoint = endpoints[name]
      const sent =
        purpose === undefined ? credentials : { ...credentials, [headers.purpose]: purpose }
      const answer = await deps.transport
        .call({ endpoint, input: input as Call['input'], headers: sent, timeoutMs })
        .catch(asUnavailable)
      return resultOf(endpoint, answer)
    },
  }
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
    if (conforms(endpoint, answer.body)) return { ok: true, body: answer.body as Reply<E>, stamp }
    throw new ControllerUnavailable('malformed', `${endpoint.path}: the answer breaks the contract`)
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

function stampOf({ headers: received }: Answer): Stamp | undefined {
  const epoch = received[headers.epoch]
  const revision = Number(received[headers.revision] ?? Number.NaN)
  if (epoch === undefined || !Number.isSafeInteger(revision)) return undefined
  const generation = Number(received[headers.generation] ?? Number.NaN)
  return Number.isSafeInteger(generation) ? { epoch, revision, generation } : { epoch, revision }
}

function asUnavailable(error: unknown): never {
  if (!(error instanceof TransportError)) throw error
  throw new ControllerUnavailable(error.code, error.message, { cause: error })
}
