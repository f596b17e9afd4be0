import type { LeaseReply, Stamp } from '@keyrace/contracts'
import type { ControllerClient } from '@keyrace/controller-client'
import { type Clock, sleep } from '@keyrace/environment'
import {
  type Allowed,
  adopt,
  createEntries,
  deliver,
  emptyHolder,
  forget,
  mayAnswer,
  mayRemember,
  type Origin,
  ownerOf,
  type Reading,
  type Rules,
  recall,
  rememberAllowed,
  rememberOwner,
  renewalOf,
  sound,
  toDrop,
} from '@keyrace/lease'
import { ask } from './ask.ts'

/** What the controller has allowed, for as long as it waits for us before it takes any of it back. */
export interface LeasedRights {
  start(): Promise<void>
  /** As of this instant; undefined where it has to be asked. */
  ownerOf(fingerprint: string): string | undefined
  /** As of this instant, without waiting for anything; undefined where it has to be asked. */
  recall(
    request: Omit<Allowed, 'generation'>,
  ): ({ readonly generation: number } & Origin) | undefined
  /** To be called with every permission of the controller: whether it may be remembered is seen to here. */
  rememberOwner(owned: Pick<Allowed, 'fingerprint' | 'user'>, stamp: Stamp, askedAt: number): void
  rememberAllowed(request: Omit<Allowed, 'generation'>, stamp: Stamp, askedAt: number): void
  /** Forgets everything, and says goodbye. */
  close(): Promise<void>
}

export interface LeasedRightsOptions {
  readonly clock: Clock
  readonly bootClock: () => number
  readonly controller: ControllerClient
  readonly replica: string
  readonly termMs: number
  readonly timeoutMs: number
  readonly maxEntries: number
  readonly rules?: Rules | undefined
}

/** So many renewals are due while a lease is usable: one may be lost. */
const renewalsInLease = 4
const shortestPauseMs = 1
const firstPauseMs = 10
const longestPauseMs = 1_000

export function createLeasedRights(options: LeasedRightsOptions): LeasedRights {
  const { clock, bootClock, controller, maxEntries, replica, termMs, timeoutMs } = options
  const { rules = sound } = options
  const entries = createEntries()
  const closing = new AbortController()
  let holder = emptyHolder
  let usableMs = termMs
  let failures = 0
  let keeping = Promise.resolve()

  return {
    async start() {
      await renew()
      keeping = keepUp()
    },
    ownerOf: (fingerprint) => (mayUse() ? ownerOf(entries, fingerprint) : undefined),
    recall: (request) => (mayUse() ? recall(entries, request) : undefined),
    rememberOwner(owned, stamp, askedAt) {
      const origin = originOf(stamp, askedAt)
      if (origin !== undefined) rememberOwner(entries, owned, origin, maxEntries)
    },
    rememberAllowed(request, stamp, askedAt) {
      const origin = originOf(stamp, askedAt)
      const { generation } = stamp
      if (origin === undefined || generation === undefined) return
      rememberAllowed(entries, { ...request, generation }, origin, maxEntries)
    },
    async close() {
      closing.abort()
      const { session } = holder
      holder = emptyHolder
      await keeping
      if (session !== null) await sayGoodbye(session)
    },
  }

  async function keepUp(): Promise<void> {
    while (!closing.signal.aborted) {
      await sleep(clock, pauseMs(), closing.signal)
      if (!closing.signal.aborted) await renew()
    }
  }

  /** What was delivered is acknowledged by the next renewal, so that one does not wait. */
  function pauseMs(): number {
    if (failures === 0) return shortestPauseMs
    return Math.min(firstPauseMs * 2 ** failures, longestPauseMs)
  }

  async function renew(): Promise<void> {
    // After a failure the lease may be about to end: the answer is wanted at once, and may take its time.
    const marginMs = usableMs / renewalsInLease
    const holdMs = failures === 0 ? marginMs : 0
    const patienceMs = failures === 0 ? holdMs + Math.min(marginMs, timeoutMs) : timeoutMs
    const body = renewalOf(holder, { builder: replica, termMs, holdMs }, rules)
    const sentAt = readClocks()
    const answer = await ask(
      controller.call(
        'renewLease',
        { body },
        { timeoutMs: patienceMs, purpose: 'background', signal: closing.signal },
      ),
      () => undefined,
    )
    if (closing.signal.aborted) return
    const isGood = answer?.ok === true && answer.stamp !== undefined
    failures = isGood ? 0 : failures + 1
    if (isGood) take(answer.body, sentAt)
  }

  function take(reply: LeaseReply, sentAt: Reading): void {
    holder = deliver(holder, reply, { sentAt, receivedAt: readClocks() }, rules)
    forget(entries, toDrop(holder, rules))
    holder = adopt(holder)
    if (reply.usableMs > 0) usableMs = reply.usableMs
  }

  function sayGoodbye(session: string): Promise<unknown> {
    const options = { timeoutMs, purpose: 'background' } as const
    return ask(controller.call('endLease', { params: { session } }, options), () => undefined)
  }

  /** Undefined where the answer may not be remembered. */
  function originOf({ epoch, revision, fill }: Stamp, askedAt: number): Origin | undefined {
    if (fill === undefined || !mayRemember(holder, fill, rules)) return undefined
    return { epoch, revision, askedAt }
  }

  function mayUse(): boolean {
    return mayAnswer(holder, readClocks(), rules)
  }

  function readClocks(): Reading {
    return { monotonicMs: clock.now(), bootMs: bootClock() }
  }
}
