import type { EndpointName, Endpoints, ErrorCode, EventOf, Fill, Reply } from '@keyrace/contracts'

/** What an answer is stamped with: the latest mutation it has seen, and the generation of its app. */
export interface Seen {
  readonly revision?: number | undefined
  readonly generation?: number | undefined
  /** Whether a lease lets the answer be remembered. */
  readonly fill?: Fill
}

export interface Success<Body> extends Seen {
  readonly body: Body
}

/** It goes on with what is told as it happens. */
export interface Stream<Event> extends Success<null> {
  readonly events: AsyncIterable<Event>
}

/** A body that came as JSON and goes out as it is. */
export interface Forwarded extends Seen {
  readonly json: string
}

export interface Refusal<Code extends ErrorCode = ErrorCode> extends Seen {
  readonly refused: Code
  /** In place of the code's own text. */
  readonly detail?: string
}

/** What a call of the contract can come to. A user may be gone by the time their call is carried out. */
export type Outcome<N extends EndpointName> =
  | Success<Reply<Endpoints[N]>>
  | Stream<EventOf<Endpoints[N]>>
  | Forwarded
  | Refusal<Endpoints[N]['refusals'][number] | 'unauthenticated'>

export function isRefusal(outcome: object): outcome is Refusal {
  return 'refused' in outcome
}
