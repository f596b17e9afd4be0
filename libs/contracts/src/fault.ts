import Type, { type Static } from 'typebox'
import { oneOf } from './one-of.ts'

/** What can go wrong around the code, in either world. */
export const faultKinds = {
  cut: 'messages from one node to another are lost: one way, or both',
  delay: 'messages on a link take longer',
  lose: 'a share of the messages on a link is lost',
  duplicate: 'a share of the messages on a link arrives twice',
  reorder: 'a share of the messages on a link is overtaken by later ones',
  stall: 'messages on a link wait, and all arrive when it is over',
  pause: 'a process stands still, and then goes on where it was',
  crash: 'a process is killed, and started again; its disk stays',
  'crash-without-disk': 'a process is killed, and started again on an empty disk',
  'clock-skew': 'the wall clock of a process is off',
  'clock-drift': 'the monotonic clock of a process runs too fast or too slow',
  suspend: 'a host sleeps: its monotonic clock stands still, its boot clock goes on',
  'controller-errors': 'the controller answers a share of the calls with 500',
  'controller-slow': 'the controller takes longer over each answer',
  'controller-restart': 'the controller is killed, and started again over its database',
  'database-outage': 'the database refuses everything',
  'database-slow': 'each step of a transaction takes longer',
  'stale-reads': 'a neighbour (etcd, Kubernetes) answers lists from an older state',
} as const
export type FaultKind = keyof typeof faultKinds

/** A fault with its time: in milliseconds from the begin of the first operation. */
export const PlannedFault = Type.Object({
  /** Its own name in the plan: everything that is drawn for it is keyed by that. */
  id: Type.String(),
  kind: oneOf(Object.keys(faultKinds) as [FaultKind, ...FaultKind[]]),
  fromMs: Type.Number({ minimum: 0 }),
  toMs: Type.Number({ minimum: 0 }),
  /** The node it befalls, or where the link begins: `builder-1`, `controller`, `reaper-1`. */
  node: Type.String(),
  /** The other end of the link, of kinds that befall a link. */
  peer: Type.Optional(Type.String()),
  /** Of kinds that befall a link: in both directions. */
  bothWays: Type.Optional(Type.Boolean()),
  /** Added milliseconds (delay, slow, skew), a share from 0 to 1 (lose, duplicate, reorder, errors), or a rate (drift: 1.1). */
  strength: Type.Optional(Type.Number()),
})
export type PlannedFault = Static<typeof PlannedFault>
