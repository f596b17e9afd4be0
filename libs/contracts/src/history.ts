import Type, { type Static, type TSchema } from 'typebox'
import { DecisionSource } from './evidence.ts'
import { oneOf } from './one-of.ts'

/** The operations that a history can hold. */
export const operations = [
  'push',
  'admission',
  'commit',
  'deleteApp',
  'createApp',
  'transferApp',
  'addKey',
  'removeKey',
  'grant',
  'revokeGrant',
  'readRefs',
  'findRepository',
  'reap',
  'fault',
] as const
export type Operation = (typeof operations)[number]

export const eventTypes = ['invoke', 'ok', 'denied', 'fail', 'info'] as const
export type EventType = (typeof eventTypes)[number]

const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/**
 * One row of history.ndjson.gz, in order of `t`. An operation is an `invoke` and a completion with the
 * same `op`; `info` means that its outcome is not known, and is what a recorder writes when in doubt.
 *
 * A `push` begins at its exec request and ends when the client knows. Within it, with the same `op`:
 * `admission` (invoke at the exec request; ok when the ref advertisement was seen, denied at a refusal)
 * and `commit` (from publish sent to ref durable). `readRefs` is what an observer found in a repository:
 * one row a ref, in `ref` and `new`, type ok; one row with neither where it held no ref. The refs that a
 * push was shown are such a read as well, with `/advertised` after the push's `op`.
 *
 * `reap` is the removal of a repository by a reaper or a builder: from when it began, under the lock, until
 * the repository was gone from its place. What it held then is a read. `findRepository` is what an observer
 * found on disk: one row a repository, type ok, whatever it held.
 *
 * In `createApp` and `transferApp`, `user` is the owner that the app gets.
 */
export const HistoryEvent = Type.Object({
  idx: Type.Integer({ minimum: 0 }),
  /** The observer's monotonic clock, in milliseconds from the start of the run. */
  t: Type.Number(),
  /** Who did it: `arm/replica/client`, `operator`, `fixture`, `nemesis`. */
  proc: Type.String(),
  /** Which arm of the run it belongs to; null where it concerns all of them (mutations). */
  arm: orNull(Type.String()),
  replica: orNull(Type.String()),
  type: oneOf(eventTypes),
  f: oneOf(operations),
  /** Joins the rows of one operation. */
  op: Type.String(),
  app: orNull(Type.String()),
  generation: orNull(Type.Integer({ minimum: 1 })),
  user: orNull(Type.String()),
  /** The fingerprint of the key. */
  key: orNull(Type.String()),
  ref: orNull(Type.String()),
  old: orNull(Type.String()),
  new: orNull(Type.String()),
  /** Of a mutation: its place in commit order. */
  revision: orNull(Type.Integer({ minimum: 0 })),
  /** Of a decision: the revision that it says it rests on. */
  authRevision: orNull(Type.Integer({ minimum: 0 })),
  source: orNull(DecisionSource),
  copyAgeMs: orNull(Type.Number()),
  /** A refusal's code, or what a fault did. */
  reason: orNull(Type.String()),
})
export type HistoryEvent = Readonly<Static<typeof HistoryEvent>>

/** What a row says where it has nothing to say. */
export const blankEvent = {
  arm: null,
  replica: null,
  app: null,
  generation: null,
  user: null,
  key: null,
  ref: null,
  old: null,
  new: null,
  revision: null,
  authRevision: null,
  source: null,
  copyAgeMs: null,
  reason: null,
} as const satisfies Partial<HistoryEvent>
