import Type, { type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { AppName, ReplicaName, Sha256Fingerprint, Username } from './identifiers.ts'

/** What a revocation takes away from everybody who may have remembered it. */
export const Invalidation = Type.Union([
  Type.Object({ kind: Type.Literal('key'), fingerprint: Sha256Fingerprint }),
  Type.Object({ kind: Type.Literal('app'), app: AppName }),
  Type.Object({ kind: Type.Literal('grant'), app: AppName, user: Username }),
  /** The user's keys and grants. */
  Type.Object({ kind: Type.Literal('user'), user: Username }),
])
export type Invalidation = Static<typeof Invalidation>

/** Invalidations are numbered from 1, in the life of one controller process. */
const InvalidationNumber = Type.Integer({ minimum: 0 })
const SessionId = Type.String({ pattern: '^[a-z0-9-]{1,100}$' })

/** One request renews, acknowledges and waits for what is to be delivered. */
export const renewLease = endpoint({
  method: 'POST',
  path: '/v2/hooks/lease',
  access: 'builder',
  summary:
    'Hold a lease on what answers said; the call is held until there is an invalidation, or for `holdMs`',
  body: Type.Object({
    builder: ReplicaName,
    /** Null, and one that has ended, open a new session, whose holder remembers nothing. */
    session: Type.Union([SessionId, Type.Null()]),
    /** All invalidations up to this number are carried out. */
    acknowledged: InvalidationNumber,
    /** The term that is asked for; the controller may give less. */
    termMs: Type.Number({ exclusiveMinimum: 0 }),
    /** How long the answer may take if there is nothing to deliver. */
    holdMs: Type.Number({ minimum: 0 }),
  }),
  held: true,
  status: 200,
  reply: Type.Object({
    /** The controller process that numbers the invalidations. */
    grantor: Type.String(),
    session: SessionId,
    /** The last invalidation that this answer tells of. */
    number: InvalidationNumber,
    /** Those after the acknowledged one, in their order; null: forget everything. */
    invalidations: Type.Union([Type.Array(Invalidation, { maxItems: 1_000 }), Type.Null()]),
    /**
     * How long what is remembered may be used, counted from before the renewal was sent; 0 where it was not
     * extended, because an invalidation was not acknowledged yet. An earlier lease then runs on.
     */
    usableMs: Type.Number({ minimum: 0 }),
  }),
  refusals: ['too-many-builders'],
})
export type Renewal = Static<typeof renewLease.body>
export type LeaseReply = Static<typeof renewLease.reply>

export const endLease = endpoint({
  method: 'DELETE',
  path: '/v2/hooks/lease/:session',
  access: 'builder',
  summary: 'Say goodbye: nothing is answered from this session any more',
  params: Type.Object({ session: SessionId }),
  status: 204,
  reply: Type.Null(),
  refusals: [],
})

/**
 * Allows an answer to be remembered: under a lease of that grantor, by who has carried out no later
 * invalidation. What comes without one must be asked again.
 */
export interface Fill {
  readonly grantor: string
  readonly number: number
}

/** As it travels in the header `X-Keyrace-Fill`. */
export function formatFill({ grantor, number }: Fill): string {
  return `${grantor}.${number}`
}

/** Undefined where the text is none. */
export function parseFill(text: string): Fill | undefined {
  const { grantor, number } = /^(?<grantor>.+)\.(?<number>\d{1,15})$/.exec(text)?.groups ?? {}
  return grantor === undefined ? undefined : { grantor, number: Number(number) }
}
