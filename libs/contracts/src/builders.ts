import Type, { type Static } from 'typebox'
import { endpoint } from './endpoint.ts'
import { Change } from './feed.ts'
import { ReplicaName, Revision } from './identifiers.ts'
import { oneOf } from './one-of.ts'

/** Whether a mutation is acknowledged before a builder knows of it, or once it does. */
export const deliveryModes = ['fire-and-forget', 'acknowledged'] as const
export type DeliveryMode = (typeof deliveryModes)[number]

/** The longest that a builder can hold a mutation up without being heard of. */
export const longestTermMs = 5_000

const InboxOrigin = Type.String({
  pattern: '^https?://([A-Za-z0-9._-]+|\\[[0-9a-fA-F:.]+\\])(:[0-9]{1,5})?$',
  maxLength: 256,
  examples: ['http://127.0.0.1:4000'],
})

export const registerBuilder = endpoint({
  method: 'POST',
  path: '/v2/hooks/builders',
  access: 'builder',
  summary: 'Be called on each change, for a term; the same call again renews it',
  body: Type.Object({
    builder: ReplicaName,
    inbox: InboxOrigin,
    /** Made anew by each process: the controller calls with it, and knows the process again by it. */
    secret: Type.String({ minLength: 1, maxLength: 256 }),
    mode: oneOf(deliveryModes),
    /** 0 takes leave. */
    termMs: Type.Number({ minimum: 0, maximum: longestTermMs }),
  }),
  status: 200,
  reply: Type.Object({
    /**
     * Another one than before says that nobody waited for the builder meanwhile: what is older than the
     * revision that the answer is stamped with may not be used any more.
     */
    registration: Type.String(),
    /** How long what is known may be used, from before this was sent; shorter while a mutation waits for it. */
    usableMs: Type.Number({ minimum: 0 }),
  }),
  refusals: ['invalid-request', 'too-many-builders'],
})

/** With the longest names, a delivery of so many stays below a mebibyte. */
export const mostChangesAtOnce = 1_000

export const Delivery = Type.Object({
  epoch: Type.String({ maxLength: 256 }),
  /** All that has happened since the last delivery, up to `to`; less where it cannot be told in changes. */
  changes: Type.Array(Change, { maxItems: mostChangesAtOnce }),
  to: Revision,
})
export type Delivery = Static<typeof Delivery>

/** What the controller calls at a builder, with the secret of its registration as the token. */
export const deliver = endpoint({
  method: 'POST',
  path: '/v2/inbox/changes',
  access: 'builder',
  summary: 'What has changed, in commit order',
  body: Delivery,
  status: 200,
  /** Nothing older is used any more, whether the changes could be applied or have to be read. */
  reply: Type.Object({ applied: Revision }),
  refusals: ['invalid-request'],
})
