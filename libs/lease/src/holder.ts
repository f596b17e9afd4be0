import type { Fill, Invalidation, LeaseReply, Renewal } from '@keyrace/contracts'
import { sound } from './rules.ts'

/** Two clocks of the holder's host, read at one moment. */
export interface Reading {
  readonly monotonicMs: number
  /** Goes on while the host sleeps. */
  readonly bootMs: number
}

/** The builder's side: under which lease it may use what it remembers. What that is, it keeps itself. */
export interface Holder {
  readonly grantor: string | undefined
  readonly session: string | null
  /** All invalidations up to this number are carried out. */
  readonly applied: number
  readonly lease: Lease | undefined
  /** Has come, and is not carried out yet. */
  readonly delivered: Delivery | undefined
}

interface Lease {
  readonly from: Reading
  readonly usableMs: number
}

interface Delivery {
  readonly reply: LeaseReply
  readonly from: Reading
}

/** Holds nothing: a process that has just begun, or that has taken leave. */
export const emptyHolder: Holder = {
  grantor: undefined,
  session: null,
  applied: 0,
  lease: undefined,
  delivered: undefined,
}

/** May what is remembered be used by whoever reads the clocks at this moment? */
export function mayAnswer({ lease }: Pick<Holder, 'lease'>, at: Reading, rules = sound): boolean {
  if (lease === undefined) return false
  if (!rules.compareAtUse) return true
  const { from, usableMs } = lease
  const isWithin = (ms: number) => ms >= 0 && ms < usableMs
  if (!isWithin(at.monotonicMs - from.monotonicMs)) return false
  return !rules.compareBootClock || isWithin(at.bootMs - from.bootMs)
}

/** What is sent next. */
export function renewalOf(
  { session, applied, delivered }: Holder,
  asked: Pick<Renewal, 'builder' | 'termMs' | 'holdMs'>,
  rules = sound,
): Renewal {
  const known = rules.dropBeforeAcknowledging ? applied : (delivered?.reply.number ?? applied)
  return { ...asked, session, acknowledged: known }
}

/** The answer to the renewal that is under way has come; one that was given up has none. */
export function deliver(
  holder: Holder,
  reply: LeaseReply,
  { sentAt, receivedAt }: { readonly sentAt: Reading; readonly receivedAt: Reading },
  rules = sound,
): Holder {
  const from = rules.countFromSending ? sentAt : receivedAt
  return { ...holder, delivered: { reply, from } }
}

/** What has to be forgotten before `adopt`. */
export function toDrop(
  { session, delivered }: Holder,
  rules = sound,
): readonly Invalidation[] | 'everything' {
  if (delivered === undefined) return []
  const { reply } = delivered
  if (reply.session !== session && rules.newSessionStartsEmpty) return 'everything'
  return rules.dropWhatWasMissed ? (reply.invalidations ?? 'everything') : []
}

/** It is forgotten: what was delivered is in force. */
export function adopt(holder: Holder): Holder {
  const { delivered } = holder
  if (delivered === undefined) return holder
  const { reply, from } = delivered
  const { grantor, number, session, usableMs } = reply
  const isSame = session === holder.session
  const earlier = isSame ? holder.lease : undefined
  return {
    grantor,
    session,
    applied: isSame ? Math.max(holder.applied, number) : number,
    lease: usableMs > 0 ? { from, usableMs } : earlier,
    delivered: undefined,
  }
}

/** May an answer that came with this be remembered? */
export function mayRemember({ grantor, applied }: Holder, fill: Fill, rules = sound): boolean {
  if (grantor === undefined) return false
  if (rules.numbersBelongToGrantor && fill.grantor !== grantor) return false
  return applied <= fill.number || !rules.refuseOvertakenAnswers
}
