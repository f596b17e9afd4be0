import {
  type Endpoint,
  type ErrorCode,
  errorBody,
  errors,
  formatFill,
  formatPosition,
  headers,
  type Position,
} from '@keyrace/contracts'
import type { Answer } from '@keyrace/environment'
import {
  type Forwarded,
  isRefusal,
  type Refusal,
  type Seen,
  type Stream,
  type Success,
} from './domain/outcome.ts'

/** An answer with the JSON text of its body; empty where there is none. */
export interface SerializedAnswer extends Answer {
  readonly text: string
}

export type AnyOutcome = Success<unknown> | Stream<unknown> | Forwarded | Refusal

/** How an outcome goes out, stamped with the epoch that it was read in. */
export function respond(
  { status, conditional }: Endpoint,
  outcome: AnyOutcome,
  epoch: string,
): SerializedAnswer {
  const { revision } = outcome
  const stamp = {
    ...stampOf(outcome, epoch),
    ...(conditional &&
      revision !== undefined && { [headers.entityTag]: entityTag({ epoch, revision }) }),
  }
  if (isRefusal(outcome)) return refuse(outcome.refused, outcome.detail, stamp)
  if ('json' in outcome) return forward(status, stamp, outcome.json)
  const answer = serialize(status, stamp, outcome.body)
  return 'events' in outcome ? { ...answer, events: outcome.events } : answer
}

/** Whether a caller that sent this has the answer that is tagged with the position. */
export function hasAnswer(ifNoneMatch: string | undefined, position: Position): boolean {
  return ifNoneMatch === entityTag(position)
}

function entityTag(position: Position): string {
  return `"${formatPosition(position)}"`
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

function stampOf({ revision, generation, fill }: Seen, epoch: string): Record<string, string> {
  return {
    [headers.epoch]: epoch,
    ...(revision !== undefined && { [headers.revision]: String(revision) }),
    ...(generation !== undefined && { [headers.generation]: String(generation) }),
    ...(fill && { [headers.fill]: formatFill(fill) }),
  }
}
