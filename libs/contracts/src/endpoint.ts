import type { Static, TSchema } from 'typebox'
import type { ErrorCode } from './errors.ts'

/** Who may call: anybody, a signed-in user, a builder (X-Deis-Builder-Auth), or the platform's operator. */
export type Access = 'anybody' | 'user' | 'builder' | 'operator'

/**
 * One message pair on the wire. The Fastify route, the typed client, the simulated transport and the
 * OpenAPI page all follow from this value, so a field's name is written once.
 */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Fastify's notation: `/v2/apps/:app`. */
  readonly path: string
  readonly access: Access
  readonly summary: string
  readonly params?: TSchema
  readonly query?: TSchema
  readonly body?: TSchema
  /** The media type of the request body when it is a stream and not JSON. */
  readonly stream?: 'application/x-ndjson'
  /** One line of that stream. */
  readonly line?: TSchema
  readonly status: 200 | 201 | 204
  readonly reply: TSchema
  /**
   * The answer carries an `ETag` of epoch and revision; who sends it back in `If-None-Match` while both still
   * stand is answered `not-modified`, which must be among the refusals.
   */
  readonly conditional?: true
  /** After the reply the connection goes on with server-sent events of this shape. */
  readonly events?: TSchema
  /** The answer may wait until there is something to say: such calls take no connection from the others. */
  readonly held?: true
  /** The refusals that a caller must expect; anything else is a failure of the neighbour. */
  readonly refusals: readonly ErrorCode[]
}

/** Keeps the literal types of an endpoint, so that inputs and replies can be inferred from it. */
export function endpoint<const E extends Endpoint>(definition: E): E {
  return definition
}

type Part<E, K extends PropertyKey> =
  E extends Readonly<Record<K, infer S extends TSchema>> ? Readonly<Record<K, Static<S>>> : unknown

type StreamedBody<E> = E extends { readonly stream: string }
  ? { readonly body: AsyncIterable<string | Uint8Array> }
  : unknown

/** What a caller sends: `{ params, query, body }`, each only where the endpoint has it. */
export type Input<E extends Endpoint> = Part<E, 'params'> &
  Part<E, 'query'> &
  Part<E, 'body'> &
  StreamedBody<E>

/** What comes over the stream that an endpoint opens. */
export type EventOf<E extends Endpoint> =
  E extends Readonly<Record<'events', infer S extends TSchema>> ? Static<S> : never

/** What a caller gets back when the call succeeds. */
export type Reply<E extends Endpoint> = Static<E['reply']>
