import type { Invalidation, Renewal } from '@keyrace/contracts'
import { type Clock, type Ids, type Points, sleep } from '@keyrace/environment'
import {
  answer,
  end,
  expire,
  fillFor,
  forgottenAt,
  type Grantor,
  hasNews,
  intend,
  mayCommit,
  type Rules,
  renew,
  type Session,
  settle,
  sound,
  startGrantor,
  usableShare,
} from '@keyrace/lease'
import { type Store, StoreError } from '../store/store.ts'
import { createBell } from './bell.ts'
import { createGrantedTerms } from './granted-terms.ts'
import type { Outcome, Seen } from './outcome.ts'
import type { Revocations } from './revocations.ts'
import type { WaitLog } from './waits.ts'

/** The leases of builders on what answers told them. One controller on a database can give them, not two. */
export interface Leases extends Revocations {
  /** Resolves once nothing that a controller before this one began can still commit. */
  start(): Promise<void>
  renew(
    arm: string,
    renewal: Renewal,
    signal: AbortSignal | undefined,
  ): Promise<Outcome<'renewLease'>>
  end(session: string): Outcome<'endLease'>
  /** Reads what builders may remember. `subjects`: what would make the answer wrong; a refusal has none. */
  read<T extends Seen>(
    read: () => Promise<T>,
    subjects: (answer: T) => readonly Invalidation[] | undefined,
  ): Promise<T>
  close(): void
}

export interface LeasesDeps {
  readonly store: Pick<Store, 'epoch' | 'revision' | 'barrier' | 'keptTermMs' | 'keepTerm'>
  readonly clock: Clock
  readonly ids: Ids
  readonly waits: WaitLog
  /** How long a revocation may have to wait for a builder that says nothing. */
  readonly longestTermMs: number
  readonly leaseRules?: Rules | undefined
  readonly points?: Points | undefined
}

const mostSessions = 1_000
const barrierPauseMs = 1_000

/**
 * A revocation records its intent, is delivered to every session over the renewal that is held for it, waits
 * until each has forgotten or has lost the right to remember, and only then commits.
 */
export function createLeases(deps: LeasesDeps): Leases {
  const { clock, ids, store, waits, points, leaseRules: rules = sound } = deps
  const terms = { longestMs: deps.longestTermMs, usableShare }
  const granted = createGrantedTerms(store, 'lease')
  const intents = createBell(clock)
  const renewals = createBell(clock)
  const closing = new AbortController()
  let { epoch } = store
  const first = { id: ids.next('grantor'), terms, now: clock.now(), earlierMs: 0 }
  let grantor = startGrantor(first, rules)

  return {
    async start() {
      await store.barrier()
      startAnew(await granted.earlierMs())
    },
    async renew(arm, renewal, signal) {
      await granted.keep(Math.min(renewal.termMs, terms.longestMs))
      // Who has lost its database renews nothing.
      const revision = await store.revision()
      const { sessions } = expire(current(), clock.now())
      if (sessions.size >= mostSessions && !sessions.has(renewal.session ?? '')) {
        return { refused: 'too-many-builders' }
      }
      const newSession = ids.next('lease')
      const renewed = renew(current(), { renewal, arm, newSession, now: clock.now() }, rules)
      grantor = renewed.grantor
      renewals.ring()
      const { held } = renewed
      const until = clock.now() + Math.min(renewal.holdMs, held.usableMs / 2)
      const isOver = () => clock.now() >= until || signal?.aborted || closing.signal.aborted
      while (!hasNews(current(), held) && !isOver()) {
        await intents.wait(until - clock.now(), signal)
      }
      return { body: answer(current(), held), revision }
    },
    end(session) {
      grantor = end(current(), session)
      intents.ring()
      renewals.ring()
      return { body: null }
    },
    async read(read, subjects) {
      const before = current()
      const outcome = await read()
      const held = points?.('lease/before-fill')
      if (held) await held
      const named = before.sessions.size === 0 ? undefined : subjects(outcome)
      const fill = named && fillFor({ before, after: current() }, named, rules)
      return fill === undefined ? outcome : { ...outcome, fill }
    },
    async revoke(invalidations, commit) {
      const heldBefore = points?.('revocation/before-intent')
      if (heldBefore) await heldBefore
      // Without this the sessions of those who are dead keep each invalidation until somebody renews.
      grantor = intend(expire(current(), clock.now()), invalidations)
      const { number } = grantor
      intents.ring()
      await forgotten(number)
      const heldAfter = points?.('revocation/before-commit')
      if (heldAfter) await heldAfter
      try {
        const outcome = await commit()
        grantor = settle(current(), number)
        return outcome
      } catch (error) {
        // It may have been committed all the same, or may be yet.
        void settleWhenOver(number)
        throw error
      }
    },
    close() {
      closing.abort()
      intents.ring()
    },
  }

  /** Where the database was put back to an earlier state, all sessions are void. */
  function current(): Grantor {
    if (store.epoch !== epoch) startAnew(terms.longestMs)
    return grantor
  }

  /** What was granted before is not known any more: no revocation commits until it has run out. */
  function startAnew(earlierMs: number): void {
    epoch = store.epoch
    const { number, intents: pending } = grantor
    const now = clock.now()
    const next = startGrantor({ id: ids.next('grantor'), terms, now, earlierMs }, rules)
    const quietUntil = Math.max(grantor.quietUntil, next.quietUntil)
    grantor = { ...next, number, intents: pending, quietUntil }
  }

  async function forgotten(number: number): Promise<void> {
    // Sessions that are opened later know of nothing older.
    const asked = [...current().sessions].filter(([id]) => isAwaited(id, number))
    const byArm = Map.groupBy(asked, ([, { arm }]) => arm)
    const byAll = [...byArm].map(([arm, sessions]) => forgottenBy(arm, sessions, number))
    if (rules.revokeBeforeCommit) await Promise.all(byAll)
    await until(() => mayCommit(current(), number, clock.now(), rules), number)
  }

  async function forgottenBy(
    arm: string,
    asked: readonly (readonly [string, Session])[],
    number: number,
  ): Promise<void> {
    const startedAt = clock.now()
    await until(() => !asked.some(([id]) => isAwaited(id, number)), number)
    const now = clock.now()
    const isSilent = asked.some(([id, { endsAt }]) => {
      return endsAt <= now && (current().sessions.get(id)?.acknowledged ?? 0) < number
    })
    waits.record(arm, now - startedAt, isSilent ? 'expiry' : 'acks')
  }

  function isAwaited(id: string, number: number): boolean {
    const session = current().sessions.get(id)
    if (session === undefined) return false
    return session.acknowledged < number && clock.now() < session.endsAt
  }

  /** Looks again at each renewal, and when the last of the terms has run out. */
  async function until(isSo: () => boolean, number: number): Promise<void> {
    while (!isSo()) {
      await renewals.wait(forgottenAt(current(), number) - clock.now(), closing.signal)
      if (closing.signal.aborted) throw new StoreError('closed', 'the controller closes')
    }
  }

  async function settleWhenOver(number: number): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        await store.barrier()
        grantor = settle(current(), number)
        return
      } catch (error) {
        if (!(error instanceof StoreError)) throw error
        await sleep(clock, barrierPauseMs, closing.signal)
      }
    }
  }
}
