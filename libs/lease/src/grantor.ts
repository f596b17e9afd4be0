import type { Fill, Invalidation, LeaseReply, Renewal } from '@keyrace/contracts'
import { type Rules, sound } from './rules.ts'

/** The controller's side. Times are milliseconds of its own monotonic clock. */
export interface Grantor {
  /** Of this process: another one numbers its invalidations anew. */
  readonly id: string
  readonly terms: Terms
  /** No revocation commits before. */
  readonly quietUntil: number
  /** Of the last invalidation. */
  readonly number: number
  /** Those that are not settled, and those that a session has still to be told of. */
  readonly intents: readonly Intent[]
  readonly sessions: ReadonlyMap<string, Session>
}

export interface Terms {
  /** How long a revocation may have to wait for a holder that says nothing. */
  readonly longestMs: number
  /** As much of a term as its holder may use. */
  readonly usableShare: number
}

export interface Session {
  readonly arm: string
  readonly builder: string
  readonly acknowledged: number
  readonly endsAt: number
}

interface Intent {
  readonly number: number
  readonly invalidations: readonly Invalidation[]
  /** Its revocation has committed, or never will. */
  readonly isSettled: boolean
}

/** A renewal that is answered when there is something to deliver, or when its holder has waited enough. */
export interface Held {
  readonly session: string
  readonly isNew: boolean
  readonly usableMs: number
}

const mostDelivered = 1_000

export function startGrantor(
  start: {
    readonly id: string
    readonly terms: Terms
    readonly now: number
    /** The longest term that another one before it may have granted; 0: none did. */
    readonly earlierMs: number
  },
  rules = sound,
): Grantor {
  const { id, terms, now, earlierMs } = start
  const quietMs = rules.quietAfterRestart ? earlierMs : 0
  return { id, terms, quietUntil: now + quietMs, number: 0, intents: [], sessions: new Map() }
}

/** From now on answers that are touched are not remembered. The number of the intent is the grantor's. */
export function intend(grantor: Grantor, invalidations: readonly Invalidation[]): Grantor {
  const number = grantor.number + 1
  const intent = { number, invalidations, isSettled: false }
  return { ...grantor, number, intents: [...grantor.intents, intent] }
}

/** Has everybody forgotten, or lost the right to remember? */
export function mayCommit(grantor: Grantor, number: number, now: number, rules = sound): boolean {
  return !rules.revokeBeforeCommit || isForgotten(grantor, number, now)
}

function isForgotten({ quietUntil, sessions }: Grantor, number: number, now: number): boolean {
  if (now < quietUntil) return false
  return [...sessions.values()].every((session) => {
    return session.acknowledged >= number || session.endsAt <= now
  })
}

/** When `mayCommit` turns true at the latest, if nobody says anything more. */
export function forgottenAt({ quietUntil, sessions }: Grantor, number: number): number {
  const behind = [...sessions.values()].filter(({ acknowledged }) => acknowledged < number)
  return Math.max(quietUntil, ...behind.map(({ endsAt }) => endsAt))
}

/** The revocation has committed, or certainly never will: what is read from now on shows it. */
export function settle(grantor: Grantor, number: number): Grantor {
  const intents = grantor.intents.map((intent) => {
    return intent.number === number ? { ...intent, isSettled: true } : intent
  })
  return withoutOldNews({ ...grantor, intents })
}

/** A renewal has come. `newSession` is an id that nobody has had, for when the renewal opens one. */
export function renew(
  before: Grantor,
  arrival: {
    readonly renewal: Renewal
    readonly arm: string
    readonly newSession: string
    readonly now: number
  },
  rules: Rules = sound,
): { readonly grantor: Grantor; readonly held: Held } {
  const { renewal, now } = arrival
  const grantor = expire(before, now)
  const session = grantor.sessions.get(renewal.session ?? '')
  const id = session === undefined ? arrival.newSession : (renewal.session as string)
  const acknowledged =
    session === undefined
      ? grantor.number
      : Math.max(session.acknowledged, Math.min(renewal.acknowledged, grantor.number))
  const isExtended = acknowledged === grantor.number || !rules.extendOnlyWhenAcknowledged
  const termMs = Math.min(renewal.termMs, grantor.terms.longestMs)
  const endsAt = Math.max(session?.endsAt ?? 0, isExtended ? now + termMs : 0)
  const { arm } = arrival
  const { builder } = renewal
  const others = rules.sessionsStandAlone
    ? [...grantor.sessions]
    : [...grantor.sessions].filter(([, other]) => other.builder !== builder)
  const sessions = new Map(others).set(id, { arm, builder, acknowledged, endsAt })
  const share = rules.marginForClockRates ? grantor.terms.usableShare : 1
  return {
    grantor: withoutOldNews({ ...grantor, sessions }),
    held: {
      session: id,
      isNew: session === undefined,
      usableMs: isExtended ? termMs * share : 0,
    },
  }
}

/** Is there a reason to answer a held renewal at once? */
export function hasNews({ number, sessions }: Grantor, held: Held): boolean {
  if (held.isNew || held.usableMs === 0) return true
  return sessions.get(held.session)?.acknowledged !== number
}

/** What a held renewal is answered now. A session that has ended meanwhile has nothing left. */
export function answer({ id, intents, number, sessions }: Grantor, held: Held): LeaseReply {
  const session = sessions.get(held.session)
  const reply = { grantor: id, session: held.session, number }
  if (session === undefined) return { ...reply, invalidations: null, usableMs: 0 }
  const news = intents
    .filter((intent) => intent.number > session.acknowledged)
    .flatMap(({ invalidations }) => invalidations)
  const invalidations = news.length > mostDelivered ? null : news
  return { ...reply, invalidations, usableMs: held.usableMs }
}

/** Ends the sessions whose terms ran out: nobody hears of them again. */
export function expire(grantor: Grantor, now: number): Grantor {
  const live = [...grantor.sessions].filter(([, { endsAt }]) => now < endsAt)
  if (live.length === grantor.sessions.size) return grantor
  return withoutOldNews({ ...grantor, sessions: new Map(live) })
}

/** The session's own process has forgotten everything. */
export function end(grantor: Grantor, session: string): Grantor {
  const others = [...grantor.sessions].filter(([id]) => id !== session)
  return withoutOldNews({ ...grantor, sessions: new Map(others) })
}

/**
 * Whether an answer about these may be remembered; undefined where not. `before` is the grantor as it was
 * before the database was read, `after` as it is now.
 */
export function fillFor(
  { before, after }: { readonly before: Grantor; readonly after: Grantor },
  subjects: readonly Invalidation[],
  rules = sound,
): Fill | undefined {
  const { id, intents, number } = rules.stampBeforeReading ? before : after
  const isTouched = intents.some(({ invalidations, isSettled }) => {
    return !isSettled && invalidations.some((invalidation) => touches(invalidation, subjects))
  })
  return isTouched && rules.pendingIsUncacheable ? undefined : { grantor: id, number }
}

function touches(invalidation: Invalidation, subjects: readonly Invalidation[]): boolean {
  return subjects.some((subject) => nameOf(subject) === nameOf(invalidation))
}

/** Names come from the network: joined with any mark, two could be taken for a third. */
function nameOf(invalidation: Invalidation): string {
  switch (invalidation.kind) {
    case 'key':
      return JSON.stringify(['key', invalidation.fingerprint])
    case 'app':
      return JSON.stringify(['app', invalidation.app])
    case 'grant':
      return JSON.stringify(['grant', invalidation.app, invalidation.user])
    case 'user':
      return JSON.stringify(['user', invalidation.user])
  }
}

function withoutOldNews(grantor: Grantor): Grantor {
  const acknowledged = [...grantor.sessions.values()].map((session) => session.acknowledged)
  const everybody = Math.min(grantor.number, ...acknowledged)
  const intents = grantor.intents.filter(
    ({ number, isSettled }) => !isSettled || number > everybody,
  )
  return intents.length === grantor.intents.length ? grantor : { ...grantor, intents }
}
