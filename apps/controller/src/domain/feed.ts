import type { Change, FeedEvent, Position } from '@keyrace/contracts'
import type { Clock, Points } from '@keyrace/environment'
import { expectEpoch, type Store } from '../store/store.ts'
import { createBell } from './bell.ts'

/** Tells what changes, in commit order. Its promises and iterables reject with StoreErrors, and nothing else. */
export interface Feed {
  /** The changes after a position; undefined where they cannot be told, and a snapshot has to be taken. */
  read(position: Position, limit: number): Promise<Page | undefined>
  /**
   * The same as they are committed. Ends after `gone`, where the signal ends it, and where the reader does. After
   * a StoreError the reader follows on from the last event it saw. Nothing is queued for a slow reader: it goes on
   * from where it is.
   */
  follow(position: Position, options: FollowOptions): AsyncIterable<FeedEvent>
  /** Of all users and standing apps, and where to follow on from. */
  names(): Promise<{
    readonly users: readonly string[]
    readonly apps: readonly string[]
    readonly position: Position
  }>
}

export interface Page {
  readonly changes: readonly Change[]
  /** They are all there is up to here. */
  readonly position: Position
}

export interface FollowOptions {
  /** Mutations of this controller are told at once, those of another on the same database as often as this. */
  readonly heartbeatMs: number
  readonly signal?: AbortSignal
}

export interface FeedDeps {
  readonly store: Store
  readonly clock: Clock
  /** How many changes a reader may be behind. */
  readonly retention?: number | undefined
  readonly points?: Points | undefined
}

/** Of one event. */
const mostChanges = 1_000

/** `wake`: a mutation was committed, and those who follow are to look. */
export function createFeed({
  store,
  clock,
  retention = Number.POSITIVE_INFINITY,
  points,
}: FeedDeps): Feed & { wake(): void } {
  const bell = createBell(clock)
  let wakes = 0

  return {
    read,
    follow: (position, options) => followFrom(position, clock.now(), options),
    async names() {
      const { epoch } = store
      const { revision, ...names } = await store.names()
      expectEpoch(store, epoch)
      return { ...names, position: { epoch, revision } }
    },
    wake() {
      wakes++
      bell.ring()
    },
  }

  async function read(
    { epoch, revision: after }: Position,
    limit: number,
  ): Promise<Page | undefined> {
    if (epoch !== store.epoch) return undefined
    const { changes, upTo, revision } = await store.changes(after, limit)
    if (epoch !== store.epoch || changes === undefined) return undefined
    if (after > revision || revision - after > retention) return undefined
    return { changes, position: { epoch, revision: upTo } }
  }

  async function* followFrom(
    start: Position,
    openedAt: number,
    { heartbeatMs, signal }: FollowOptions,
  ): AsyncGenerator<FeedEvent> {
    let position = start
    while (!signal?.aborted) {
      const asOfMs = clock.now() - openedAt
      const wakesBefore = wakes
      const page = await read(position, mostChanges)
      const held = points?.('feed/before-event')
      if (held) await held
      if (page === undefined) return yield { kind: 'gone' }
      position = page.position
      yield eventOf(page, asOfMs)
      // What was committed since the read has been missed by it, and nobody will wake us for it again.
      if (isAll(page) && wakes === wakesBefore) await bell.wait(heartbeatMs, signal)
    }
  }
}

function eventOf(page: Page, asOfMs: number): FeedEvent {
  const { revision } = page.position
  if (page.changes.length === 0) return { kind: 'heartbeat', revision, asOfMs }
  const changes = [...page.changes]
  if (!isAll(page)) return { kind: 'changes', revision, changes }
  return { kind: 'changes', revision, asOfMs, changes }
}

function isAll({ changes }: Page): boolean {
  return changes.length < mostChanges
}
