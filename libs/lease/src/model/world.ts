import type { Fill, Invalidation, LeaseReply, Renewal } from '@keyrace/contracts'
import { type Allowed, createEntries, type Entries, recall } from '../entries.ts'
import { type Grantor, type Held, mayCommit, startGrantor, type Terms } from '../grantor.ts'
import { emptyHolder, type Holder, mayAnswer, type Reading } from '../holder.ts'
import type { Rules } from '../rules.ts'

/** What may go wrong, and how much of everything there is. Messages may always be late, lost or overtake. */
export interface Bounds {
  readonly holders: number
  readonly termTicks: number
  /** Each is revoked once, or not. */
  readonly rights: number
  /** Of each holder, in all. */
  readonly renewals: number
  readonly questions: number
  /** Of each holder, at one time. */
  readonly requestsUnderWay: number
  /** At one time; a renewal that would open one more is lost. */
  readonly sessions: number
  readonly duplicates: number
  readonly crashes: number
  readonly restarts: number
  readonly suspends: number
  readonly isClockSlow: boolean
}

/** Grantor, holders, the database, and every message under way. Time is counted in ticks. */
export interface World {
  /** The grantor's clock. */
  readonly now: number
  readonly grantor: Grantor
  readonly sides: readonly Side[]
  readonly requests: readonly Request[]
  /** At the grantor, until it answers. */
  readonly held: readonly (Attempt & { readonly held: Held })[]
  readonly replies: readonly (Attempt & { readonly reply: LeaseReply })[]
  readonly questions: readonly Question[]
  readonly revocations: readonly Revocation[]
  readonly left: Pick<Bounds, 'duplicates' | 'crashes' | 'restarts' | 'suspends'>
  readonly sessionsOpened: number
}

/** A holder's process, with its clocks. */
export interface Side {
  readonly holder: Holder
  readonly entries: Entries
  readonly clock: Reading
  /** Ticks since the clock last missed one. */
  readonly sinceMissed: number
  /** The renewal whose answer is waited for; 0: none. */
  readonly attempt: number
  readonly attempts: number
  readonly asked: number
  readonly sentAt: Reading
}

interface Attempt {
  readonly side: number
  readonly attempt: number
}

export interface Request extends Attempt {
  readonly renewal: Renewal
}

/** May the right be used? Stamped, then read from the database, then answered. */
export interface Question {
  readonly side: number
  readonly right: number
  readonly before: Grantor
  readonly stage: 'stamped' | 'read' | 'answered'
  readonly fill: Fill | undefined
}

export interface Revocation {
  /** Unheard: committed, and then the grantor crashed. */
  readonly stage: 'none' | 'intended' | 'committed' | 'unheard' | 'acknowledged'
  readonly number: number
  /** Ticks for which it could not commit. */
  readonly waited: number
}

/** A holder may use all ticks of a term but one: of so many its clock misses one at most. */
export function termsOf({ termTicks }: Bounds): Terms {
  return { longestMs: termTicks, usableShare: (termTicks - 1) / termTicks }
}

const user = 'u'
const fingerprint = 'k'

/** The right to push to one app, with the same key. */
export function rightAt(right: number): Allowed {
  return { app: `app-${right}`, user, fingerprint, generation: 1 }
}

/** Of the first right the permission is revoked; of the second the app is deleted. */
export function invalidationAt(right: number): Invalidation {
  const { app } = rightAt(right)
  return right === 0 ? { kind: 'grant', app, user } : { kind: 'app', app }
}

/** Nobody has a lease; every right stands. */
export function startWorld(bounds: Bounds, rules: Rules): World {
  const { duplicates, crashes, restarts, suspends } = bounds
  return {
    now: 0,
    grantor: startGrantor({ id: 'g0', terms: termsOf(bounds), now: 0, earlierMs: 0 }, rules),
    sides: Array.from({ length: bounds.holders }, () => startSide(bounds)),
    requests: [],
    held: [],
    replies: [],
    questions: [],
    revocations: Array.from({ length: bounds.rights }, () => notRevoked),
    left: { duplicates, crashes, restarts, suspends },
    sessionsOpened: 0,
  }
}

export const notRevoked: Revocation = { stage: 'none', number: 0, waited: 0 }

function startSide({ termTicks }: Bounds): Side {
  const clock = { monotonicMs: 0, bootMs: 0 }
  return {
    holder: emptyHolder,
    entries: createEntries(),
    clock,
    sinceMissed: termTicks - 1,
    attempt: 0,
    attempts: 0,
    asked: 0,
    sentAt: clock,
  }
}

/** Would a push that begins now be let in by what a holder remembers, though the right is gone? */
export function isStale(
  world: World,
  rules: Rules,
  since: 'committed' | 'acknowledged' = 'committed',
): boolean {
  return world.revocations.some((revocation, right) => {
    const isAcknowledged = revocation.stage === 'acknowledged'
    const isGone = since === 'committed' ? !isStanding(revocation) : isAcknowledged
    return isGone && world.sides.some((side) => lets(side, right, rules))
  })
}

export function isStanding(revocation: Revocation | undefined): boolean {
  return revocation?.stage === 'none' || revocation?.stage === 'intended'
}

function lets({ holder, clock, entries }: Side, right: number, rules: Rules): boolean {
  return mayAnswer(holder, clock, rules) && recall(entries, rightAt(right)) !== undefined
}

/** Has a revocation waited longer than a term for its holders? */
export function isStuck({ grantor, revocations }: World): boolean {
  return revocations.some(({ waited }) => waited > grantor.terms.longestMs)
}

export function isBlocked({ grantor, now }: World, revocation: Revocation, rules: Rules): boolean {
  return revocation.stage === 'intended' && !mayCommit(grantor, revocation.number, now, rules)
}

export function sideAt({ sides }: World, index: number): Side {
  const side = sides[index]
  if (side === undefined) throw new RangeError(`there is no holder ${index}`)
  return side
}

export function withSide(world: World, index: number, side: Side): World {
  return { ...world, sides: world.sides.with(index, side) }
}

/** Nobody listens to answers to the renewal of that holder any more. */
export function givenUp(world: World, index: number): World {
  return {
    ...withSide(world, index, { ...sideAt(world, index), attempt: 0 }),
    held: world.held.filter((other) => other.side !== index),
    replies: world.replies.filter((other) => other.side !== index),
  }
}

export function copyOf({ keys, apps, grants }: Entries): Entries {
  return { keys: new Map(keys), apps: new Map(apps), grants: new Map(grants) }
}

export function nameOf(index: number): string {
  return `builder ${index + 1}`
}
