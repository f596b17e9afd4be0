import Type, { type Static } from 'typebox'
import {
  AppName,
  Generation,
  PushId,
  RefName,
  RefUpdate,
  ReplicaName,
  Revision,
  Sha,
  Sha256Fingerprint,
} from './identifiers.ts'
import { oneOf } from './one-of.ts'

/** Where a decision came from. */
export const decisionSources = ['rpc', 'cache', 'file', 'watch', 'push', 'lease'] as const
export const DecisionSource = oneOf(decisionSources)
export type DecisionSource = (typeof decisionSources)[number]

/** What a decision rests on. `copyAgeMs` counts from when the copy's read was sent; 0 for an RPC. */
export interface Provenance {
  readonly source: DecisionSource
  readonly epoch: string
  readonly revision: number
  readonly copyAgeMs: number
}

export const pushOutcomes = [
  'accepted',
  'denied',
  'unavailable',
  'busy',
  'rejectedAtCommit',
  'rejected',
  'noop',
  'indeterminate',
] as const
export type PushOutcome = (typeof pushOutcomes)[number]

const Milliseconds = Type.Number()

/**
 * What a builder knows of one push: one JSON line in its evidence file, written when the push ends.
 * All times are the host's monotonic clock in milliseconds, so that they can be laid beside the client's.
 */
export const PushEvidence = Type.Object({
  pushId: PushId,
  replica: ReplicaName,
  /** The client's end of the connection and the ordinal of the exec request on it, from 1. */
  connection: Type.String(),
  exec: Type.Integer({ minimum: 1 }),
  /** When the exec request arrived. Ports are used again, so a name alone does not tell connections apart. */
  receivedAt: Milliseconds,
  app: Type.Union([AppName, Type.Null()]),
  generation: Type.Union([Type.Integer(), Type.Null()]),
  user: Type.Union([Type.String(), Type.Null()]),
  fingerprint: Type.Union([Sha256Fingerprint, Type.Null()]),
  outcome: oneOf(pushOutcomes),
  reason: Type.Union([Type.String(), Type.Null()]),
  /** The admission: when `authorize` was asked and answered, and on what grounds. */
  admission: Type.Union([
    Type.Object({
      askedAt: Milliseconds,
      decidedAt: Milliseconds,
      allowed: Type.Boolean(),
      source: DecisionSource,
      epoch: Type.String(),
      revision: Type.Integer(),
      copyAgeMs: Type.Number(),
    }),
    Type.Null(),
  ]),
  /** From publish sent (or, without one, the verdict given) to the ref seen on disk. */
  commit: Type.Union([
    Type.Object({
      askedAt: Milliseconds,
      decidedAt: Milliseconds,
      allowed: Type.Boolean(),
      revision: Type.Union([Type.Integer(), Type.Null()]),
      durableAt: Type.Union([Milliseconds, Type.Null()]),
      updates: Type.Array(RefUpdate),
    }),
    Type.Null(),
  ]),
  /** Milliseconds that `identify` took for the key whose signature verified. */
  identifyMs: Type.Union([Type.Number(), Type.Null()]),
  receivedBytes: Type.Integer({ minimum: 0 }),
})
export type PushEvidence = Static<typeof PushEvidence>

/**
 * What a reaper or a builder knows of one removal: a JSON line when it begins, and the same line again once
 * the repository is gone from its place. A removal that was cut short has the first of them only.
 */
export const RemovalEvidence = Type.Object({
  removalId: Type.String(),
  remover: ReplicaName,
  app: AppName,
  generation: Generation,
  /** The controller's word that the generation is gone. */
  epoch: Type.String(),
  revision: Revision,
  /** Under the repository's lock. */
  begunAt: Milliseconds,
  durableAt: Type.Union([Milliseconds, Type.Null()]),
  /** What the repository held. */
  refs: Type.Record(RefName, Sha),
})
export type RemovalEvidence = Static<typeof RemovalEvidence>
