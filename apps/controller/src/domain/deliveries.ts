import {
  type Delivery,
  deliver,
  headers,
  mostChangesAtOnce,
  type Position,
} from '@keyrace/contracts'
import {
  type Clock,
  type Points,
  sleep,
  type Transport,
  TransportError,
} from '@keyrace/environment'
import { Check } from 'typebox/value'
import { StoreError } from '../store/store.ts'
import type { Feed } from './feed.ts'

/** The calls to one builder: one at a time, each with all that has changed since the last one it answered. */
export interface Deliveries {
  /** True once the builder goes by nothing older than this any more, false when it is not called any more. */
  bring(position: Position): Promise<boolean>
  close(): Promise<void>
}

export interface DeliveriesDeps {
  readonly clock: Clock
  readonly feed: Pick<Feed, 'read'>
  /** To the builder, and what it knows us by. */
  readonly transport: Transport
  readonly secret: string
  /** What the builder has seen already. */
  readonly from: Position
  /** Is the builder to be called still? */
  readonly isLive: () => boolean
  readonly points?: Points | undefined
}

const callTimeoutMs = 1_000
const shortestPauseMs = 10
const longestPauseMs = 500

/**
 * What goes on from the last answer is in order and complete by itself: a call that was lost is repaired by
 * the next, and changes that come during a call go together in the one after it.
 */
export function createDeliveries(deps: DeliveriesDeps): Deliveries {
  const { clock, feed, secret, transport, points } = deps
  const closing = new AbortController()
  const waiting = new Set<Waiter>()
  let seen = deps.from
  let wanted = seen
  let isCalling = false
  let calling = Promise.resolve()

  return {
    bring(position) {
      if (!reaches(wanted, position)) wanted = position
      const { promise, resolve } = Promise.withResolvers<boolean>()
      waiting.add({ position, resolve })
      if (!isCalling) calling = callUntilSeen()
      return promise
    },
    async close() {
      closing.abort()
      await calling
      await transport.close()
    },
  }

  async function callUntilSeen(): Promise<void> {
    isCalling = true
    let pauseMs = shortestPauseMs
    while (isCalled() && !reaches(seen, wanted)) {
      const told = await callOnce()
      if (told !== undefined) {
        seen = told
        settle()
        pauseMs = shortestPauseMs
      } else {
        await sleep(clock, pauseMs, closing.signal)
        pauseMs = Math.min(2 * pauseMs, longestPauseMs)
      }
    }
    isCalling = false
    settle()
  }

  function isCalled(): boolean {
    return deps.isLive() && !closing.signal.aborted
  }

  function settle(): void {
    for (const waiter of waiting) {
      const isSeen = reaches(seen, waiter.position)
      if (!isSeen && isCalled()) continue
      waiting.delete(waiter)
      waiter.resolve(isSeen)
    }
  }

  /** How far the builder got by this call; undefined where it did not, or nobody knows. */
  async function callOnce(): Promise<Position | undefined> {
    const delivery = await nextDelivery()
    if (delivery === undefined) return undefined
    const held = points?.('delivery/before-send')
    if (held) await held
    const call = {
      endpoint: deliver,
      input: { body: delivery },
      headers: { [headers.builderToken]: secret },
      timeoutMs: callTimeoutMs,
      signal: closing.signal,
    }
    const answer = await transport.call(call).catch(asUnknown)
    if (answer?.status !== deliver.status || !Check(deliver.reply, answer.body)) return undefined
    const told = { epoch: delivery.epoch, revision: delivery.to }
    return answer.body.applied >= delivery.to && !reaches(seen, told) ? told : undefined
  }

  async function nextDelivery(): Promise<Delivery | undefined> {
    try {
      const page = await feed.read(seen, mostChangesAtOnce)
      const { position, changes } = page ?? { position: wanted, changes: [] }
      return { epoch: position.epoch, changes: [...changes], to: position.revision }
    } catch (error) {
      if (error instanceof StoreError) return undefined
      throw error
    }
  }
}

interface Waiter {
  readonly position: Position
  readonly resolve: (isSeen: boolean) => void
}

function reaches(position: Position, { epoch, revision }: Position): boolean {
  return position.epoch === epoch && position.revision >= revision
}

function asUnknown(error: unknown): undefined {
  if (!(error instanceof TransportError)) throw error
}
