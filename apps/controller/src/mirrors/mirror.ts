import type { Change, Position } from '@keyrace/contracts'
import { type Clock, sleep, within } from '@keyrace/environment'
import type { Feed } from '../domain/feed.ts'
import type { Follower } from '../domain/followers.ts'
import { createSlots } from './slots.ts'

/** One side of what the controller knows, kept elsewhere as well. */
export interface Mirrored {
  readonly name: string
  /** What may look different there than it does here, and the position that it is to be kept in step from. */
  survey(): Promise<{ readonly position: Position; readonly entries: Iterable<string> }>
  /** The entry that a change touches, if any. */
  entryOf(change: Change): string | undefined
  /** Makes the entry there what it is here now. False where the other side is not ready for that yet. */
  settle(entry: string): Promise<boolean>
  /** Whether such an error is a neighbour's failure, and not a fault of our own. */
  isFailure(error: unknown): error is Error
  close(): Promise<void>
}

export interface MirrorDeps {
  readonly clock: Clock
  readonly feed: Feed
  /** Told once, until something succeeds again. */
  readonly onFailure?: ((error: Error, mirror: string) => void) | undefined
  /** How long a mutation waits for the mirror; for an import, without any step forward. */
  readonly patienceMs?: number
}

const usualPatienceMs = 5_000
/** Before something is tried again, twice as long each time: what is in the way may be there for good. */
const pauseMs = 50
const longestPauseMs = 500
/** Of the feed, which tells at once what this controller commits. */
const heartbeatMs = 1_000
const mostAtOnce = 16

/** Of one entry; beyond that some that owe nothing wait as well. */
const mostDebts = 1_000

/** Revisions of which one changed an entry that does not show it yet. */
interface Debt {
  readonly from: number
  readonly to: number
}

/**
 * Keeps something elsewhere in step with the database: the database first, the mirror after it, again and again
 * until it is so. What is written is what the database says then and not what a change said, so an entry may be
 * settled at any time, and twice.
 */
export function createMirror(mirrored: Mirrored, deps: MirrorDeps): Follower {
  const { clock, feed, onFailure, patienceMs = usualPatienceMs } = deps
  const { name } = mirrored
  const closing = new AbortController()
  const { signal } = closing
  const slots = createSlots(mostAtOnce)
  const debts = new Map<string, readonly Debt[]>()
  const atWork = new Map<string, Promise<void>>()
  let following: Promise<void> | undefined
  /** Every change up to here is in the mirror, or among the debts; undefined while that has to be found out. */
  let heard: Position | undefined
  let surveyed = 0
  let isFailing = false
  let changed = Promise.withResolvers<void>()

  return {
    name,
    async start() {
      following ??= keepFollowing()
    },
    hasSeen,
    async close() {
      closing.abort()
      tellWaiters()
      await following
      await Promise.all(atWork.values())
      await mirrored.close()
    },
  }

  async function hasSeen(position: Position): Promise<boolean> {
    let [steps, deadline] = [surveyed, clock.now() + patienceMs]
    while (!shows(position)) {
      if (surveyed !== steps) [steps, deadline] = [surveyed, clock.now() + patienceMs]
      const leftMs = deadline - clock.now()
      if (leftMs <= 0 || signal.aborted) return false
      await within(clock, leftMs, changed.promise)
    }
    return true
  }

  function shows({ epoch, revision }: Position): boolean {
    if (heard?.epoch !== epoch || heard.revision < revision) return false
    const owes = ({ from, to }: Debt) => from <= revision && revision <= to
    return ![...debts.values()].some((debt) => debt.some(owes))
  }

  async function keepFollowing(): Promise<void> {
    let restMs = pauseMs
    while (!signal.aborted) {
      const hasFollowed = await unlessItFails(async () => {
        await follow(await takeOver())
        return true
      })
      restMs = hasFollowed ? pauseMs : longer(restMs)
      await sleep(clock, restMs, signal)
    }
  }

  /** Brings everything in step, and answers from where on it is to be kept so. */
  async function takeOver(): Promise<Position> {
    heard = undefined
    const { position, entries } = await mirrored.survey()
    const unheard = { from: 0, to: position.revision }
    let failure: unknown
    const settleFirst = async (entry: string) => {
      if (failure !== undefined || signal.aborted) return
      try {
        // What is settled already goes by something older, and may be the last to write it.
        if (atWork.has(entry) || !(await mirrored.settle(entry))) owe(entry, unheard)
        surveyed++
        tellWaiters()
      } catch (error) {
        failure ??= error
      }
    }
    await Promise.all([...entries].map((entry) => slots.take(() => settleFirst(entry))))
    if (failure !== undefined) throw failure
    isFailing = false
    hear(position)
    return position
  }

  async function follow(position: Position): Promise<void> {
    for await (const event of feed.follow(position, { heartbeatMs, signal })) {
      if (event.kind === 'gone') return
      if (event.kind === 'changes') {
        for (const change of event.changes) {
          const entry = mirrored.entryOf(change)
          if (entry !== undefined) owe(entry, { from: change.revision, to: change.revision })
        }
      }
      hear({ epoch: position.epoch, revision: event.revision })
    }
  }

  function owe(entry: string, debt: Debt): void {
    const owed = [...(debts.get(entry) ?? []), debt]
    debts.set(entry, owed.length > mostDebts ? withOldestJoined(owed) : owed)
  }

  function hear(position: Position): void {
    heard = position
    for (const entry of debts.keys()) {
      if (!atWork.has(entry)) atWork.set(entry, keepSettling(entry))
    }
    tellWaiters()
  }

  async function keepSettling(entry: string): Promise<void> {
    let restMs = pauseMs
    while (debts.has(entry) && !signal.aborted) {
      const settled = await slots.take(() => unlessItFails(() => settleDebt(entry)))
      if (!settled) await sleep(clock, restMs, signal)
      restMs = settled ? pauseMs : longer(restMs)
    }
    atWork.delete(entry)
  }

  async function settleDebt(entry: string): Promise<boolean> {
    const paid = new Set(debts.get(entry))
    if (!(await mirrored.settle(entry))) return false
    const left = debts.get(entry)?.filter((debt) => !paid.has(debt)) ?? []
    if (left.length > 0) debts.set(entry, left)
    else debts.delete(entry)
    isFailing = false
    tellWaiters()
    return true
  }

  async function unlessItFails<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work()
    } catch (error) {
      if (!mirrored.isFailure(error)) throw error
      if (!isFailing) onFailure?.(error, name)
      isFailing = true
      return undefined
    }
  }

  function tellWaiters(): void {
    changed.resolve()
    changed = Promise.withResolvers()
  }
}

function longer(restMs: number): number {
  return Math.min(2 * restMs, longestPauseMs)
}

function withOldestJoined(debts: readonly Debt[]): readonly Debt[] {
  const [first, second, ...others] = debts
  if (first === undefined || second === undefined) return debts
  const [from, to] = [Math.min(first.from, second.from), Math.max(first.to, second.to)]
  return [{ from, to }, ...others]
}
