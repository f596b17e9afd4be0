import Type, { type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { AppName, Generation, Revision, Sha256Fingerprint, Username } from './identifiers.ts'

const app = { app: AppName, generation: Generation }

/**
 * One mutation, as far as authorization depends on it: applied in order to a snapshot, changes bring it up to
 * date. An import is none of them: who comes to one takes a snapshot.
 */
export const Change = Type.Union([
  Type.Object({
    revision: Revision,
    kind: Type.Literal('createUser'),
    user: Username,
    isAdministrator: Type.Boolean(),
  }),
  /** With the user's keys and grants. */
  Type.Object({ revision: Revision, kind: Type.Literal('deleteUser'), user: Username }),
  Type.Object({
    revision: Revision,
    kind: Type.Literal('addKey'),
    user: Username,
    fingerprint: Sha256Fingerprint,
  }),
  Type.Object({
    revision: Revision,
    kind: Type.Literal('removeKey'),
    user: Username,
    fingerprint: Sha256Fingerprint,
  }),
  Type.Object({ revision: Revision, kind: Type.Literal('createApp'), ...app, owner: Username }),
  /** With its grants. */
  Type.Object({ revision: Revision, kind: Type.Literal('deleteApp'), ...app }),
  Type.Object({ revision: Revision, kind: Type.Literal('transferApp'), ...app, owner: Username }),
  Type.Object({ revision: Revision, kind: Type.Literal('grant'), ...app, user: Username }),
  Type.Object({ revision: Revision, kind: Type.Literal('revokeGrant'), ...app, user: Username }),
])
export type Change = Static<typeof Change>

/** A place in a history of revisions. */
export interface Position {
  readonly epoch: string
  readonly revision: number
}

/** `<epoch>.<revision>`: the id of a server-sent event and, in quotes, the entity tag of an answer. */
export function formatPosition({ epoch, revision }: Position): string {
  return `${epoch}.${revision}`
}

/** Undefined where the text is no position. */
export function parsePosition(text: string): Position | undefined {
  const [, epoch, digits] = /^(.+)\.(\d{1,15})$/.exec(text) ?? []
  return epoch === undefined ? undefined : { epoch, revision: Number(digits) }
}

const since = { epoch: Type.String({ maxLength: 256 }), since: Revision }

export const changes = endpoint({
  method: 'GET',
  path: '/v2/hooks/changes',
  access: 'builder',
  summary:
    'The first changes after a revision, in commit order: all there are up to the revision that the answer is stamped with. As many as the limit: there may be more',
  query: Type.Object({
    ...since,
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
  }),
  status: 200,
  reply: Type.Object({ changes: Type.Array(Change) }),
  conditional: true,
  refusals: ['not-modified', 'revision-gone'],
})

/**
 * Milliseconds from the opening of the stream to the read behind an event. Counted on from when the stream was
 * asked for, it tells how old an event is at most, however long it was on its way.
 */
const asOfMs = Type.Number({ minimum: 0 })

export const FeedEvent = Type.Union([
  /** All changes after the last event's revision, up to this one. */
  Type.Object({
    kind: Type.Literal('changes'),
    revision: Revision,
    /** Left out where there were more changes than one event holds: these lead to some time before that read. */
    asOfMs: Type.Optional(asOfMs),
    changes: Type.Array(Change),
  }),
  /** Nothing has changed since the last event; sent at once, and at least once in each heartbeat interval. */
  Type.Object({ kind: Type.Literal('heartbeat'), revision: Revision, asOfMs }),
  /** What follows cannot be told in changes: take a snapshot. The last event of its stream. */
  Type.Object({ kind: Type.Literal('gone') }),
])
export type FeedEvent = Static<typeof FeedEvent>

export const changeStream = endpoint({
  method: 'GET',
  path: '/v2/hooks/changes/stream',
  access: 'builder',
  summary: 'The same as server-sent events, from a revision on and as they are committed',
  query: Type.Object({
    ...since,
    heartbeatMs: Type.Optional(Type.Integer({ minimum: 10, maximum: 60_000 })),
  }),
  status: 200,
  reply: Type.Null(),
  events: FeedEvent,
  refusals: ['revision-gone'],
})
