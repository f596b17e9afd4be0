import type { FeedEvent } from '@keyrace/contracts'
import {
  type CallOptions,
  type ControllerClient,
  ControllerUnavailable,
} from '@keyrace/controller-client'
import { sleep } from '@keyrace/environment'
import { simulate } from '@keyrace/simulation'
import { describe, expect, test } from 'vitest'
import { createCopy } from './copy.ts'
import { followChanges } from './copy-follower.ts'
import type { Decision } from './key-lookup.ts'
import { keyOf } from './testing/key-of.ts'

const heartbeatMs = 1_000
const removal = {
  revision: 2,
  kind: 'removeKey',
  user: 'alice',
  fingerprint: keyOf('alice').fingerprint,
} as const

describe('following the stream of changes', () => {
  test('brings the copy up to date with each event, and keeps it young', () =>
    withStreams(async ({ streams, elapse, ask }) => {
      for (let asOfMs = 0; asOfMs < 1_500; asOfMs += 250) {
        streams[0]?.tell({ kind: 'heartbeat', revision: 1, asOfMs })
        await elapse(250)
        expect(ask()).toMatchObject({ kind: 'allowed', revision: 1 })
      }
      streams[0]?.tell({ kind: 'changes', revision: 2, asOfMs: 1_500, changes: [removal] })
      await elapse(1)
      expect(ask()).toMatchObject({ kind: 'denied', revision: 2 })
      expect(streams).toHaveLength(1)
    }))

  test('takes a late event for as old as it is, and not for as young as it comes', () =>
    withStreams(async ({ streams, elapse, ask }) => {
      streams[0]?.tell({ kind: 'heartbeat', revision: 1, asOfMs: 0 })
      await elapse(900)
      // Read by the controller at 100, and in some buffer since: `web` may have been deleted at 101.
      streams[0]?.tell({ kind: 'heartbeat', revision: 1, asOfMs: 100 })
      await elapse(99)
      expect(ask()).toMatchObject({ kind: 'allowed', copyAgeMs: 999 - 80 })
      await elapse(81)
      expect(ask()).toEqual({ kind: 'unknown', reason: 'copy-too-old' })
    }))

  test('does not trust a clock of the controller that runs a quarter faster than ours', () =>
    withStreams(async ({ streams, elapse, ask, now }) => {
      await elapse(800)
      streams[0]?.tell({ kind: 'heartbeat', revision: 1, asOfMs: now() * 1.25 })
      await elapse(999)
      expect(ask()).toMatchObject({ kind: 'allowed' })
      await elapse(2)
      expect(ask()).toMatchObject({ kind: 'unknown' })
    }))

  test('leaves a stream by which an event is from the future: our clock has stood still', () =>
    withStreams(async ({ streams, elapse, ask }) => {
      await elapse(100)
      streams[0]?.tell({ kind: 'heartbeat', revision: 1, asOfMs: 3_600_000 })
      await elapse(20)
      expect(streams[0]?.isLeft()).toBe(true)
      expect(streams).toHaveLength(2)
      await elapse(900)
      expect(ask()).toMatchObject({ kind: 'unknown' })
    }))

  test('begins a new stream from time to time, from where the copy stands', () =>
    withStreams(async ({ streams, elapse }) => {
      streams[0]?.tell({ kind: 'changes', revision: 2, asOfMs: 0, changes: [removal] })
      for (let asOfMs = 500; asOfMs <= 2_000; asOfMs += 500) {
        expect(streams).toHaveLength(1)
        await elapse(500)
        streams[0]?.tell({ kind: 'heartbeat', revision: 2, asOfMs })
      }
      await elapse(1)
      expect(streams[0]?.isLeft()).toBe(true)
      expect(streams.map(({ since }) => since)).toEqual([1, 2])
    }))

  test('leaves a stream that has stalled, and lets the copy grow old', () =>
    withStreams(async ({ streams, elapse, ask }) => {
      streams[0]?.tell({ kind: 'heartbeat', revision: 1, asOfMs: 0 })
      await elapse(999)
      expect(streams[0]?.isLeft()).toBe(false)
      await elapse(50)
      expect(streams[0]?.isLeft()).toBe(true)
      expect(streams).toHaveLength(2)
      expect(ask()).toMatchObject({ kind: 'unknown' })
      streams[1]?.tell({ kind: 'heartbeat', revision: 1, asOfMs: 0 })
      await elapse(1)
      expect(ask()).toMatchObject({ kind: 'allowed' })
    }))

  test.each<[string, FeedEvent]>([
    ['an event is missing', { kind: 'heartbeat', revision: 2, asOfMs: 0 }],
    [
      'a change is missing',
      { kind: 'changes', revision: 3, asOfMs: 0, changes: [{ ...removal, revision: 3 }] },
    ],
    ['the changes are gone', { kind: 'gone' }],
  ])('reads what it has missed where %s, before it follows on', (_, event) =>
    withStreams(async ({ streams, elapse, reads }) => {
      streams[0]?.tell(event)
      await elapse(9)
      expect(reads).toEqual([])
      await elapse(2)
      expect(reads).toHaveLength(1)
      expect(streams.map(({ since }) => since)).toEqual([1, 1])
      expect(streams[0]?.isLeft()).toBe(true)
    }),
  )

  test('does not take part of what has changed for the present', () =>
    withStreams(async ({ streams, elapse, ask }) => {
      await elapse(900)
      const change = {
        revision: 2,
        kind: 'createUser',
        user: 'bob',
        isAdministrator: false,
      } as const
      streams[0]?.tell({ kind: 'changes', revision: 2, changes: [change] })
      await elapse(50)
      expect(ask()).toMatchObject({ kind: 'allowed', revision: 2, copyAgeMs: 950 })
      await elapse(50)
      expect(ask()).toMatchObject({ kind: 'unknown' })
    }))

  test('asks ever more rarely for a stream that it does not get, and follows on once it does', () =>
    withStreams(async ({ streams, elapse, controller }) => {
      controller.isDown = true
      streams[0]?.end()
      await elapse(60_000)
      expect(controller.asked).toBeLessThan(70)
      controller.isDown = false
      await elapse(1_000)
      expect(streams.map((stream) => stream.isLeft())).toEqual([true, false])
    }))
})

interface ScriptedStream {
  readonly since: number
  tell(event: FeedEvent): void
  end(): void
  isLeft(): boolean
}

/** A follower beside a controller that says what the test says. At the start the copy is at revision 1. */
async function withStreams(
  use: (rig: {
    readonly streams: readonly ScriptedStream[]
    /** When what was missed was read. */
    readonly reads: readonly number[]
    readonly controller: { isDown: boolean; readonly asked: number }
    ask(): Decision
    elapse(ms: number): Promise<void>
    now(): number
  }) => Promise<void>,
): Promise<void> {
  await simulate(1, async ({ clock, kernel }) => {
    const copy = createCopy({ clock, boundMs: heartbeatMs })
    const web = { app: 'web', generation: 1, owner: 'alice', users: [] }
    const alice = { username: 'alice', isAdministrator: false, keys: [removal.fingerprint] }
    copy.replace({ users: [alice], apps: [web] }, { epoch: 'epoch-1', revision: 1 }, 0)
    const streams: ScriptedStream[] = []
    const reads: number[] = []
    const controller = { isDown: false, asked: 0 }
    const client = {
      async subscribe(_: string, input: { query: { since: number } }, { signal }: CallOptions) {
        controller.asked++
        if (controller.isDown) throw new ControllerUnavailable('unreachable', 'nobody there')
        const { stream, events } = scriptedStream(input.query.since, signal)
        streams.push(stream)
        return { ok: true, events, stamp: { epoch: 'epoch-1', revision: 1 } }
      },
    } as unknown as ControllerClient
    const closing = new AbortController()
    const following = followChanges({
      clock,
      controller: client,
      copy,
      heartbeatMs,
      timeoutMs: 500,
      signal: closing.signal,
      reader: {
        readSnapshot: () => expect.unreachable(),
        async catchUp() {
          reads.push(clock.now())
          return undefined
        },
      },
    })
    await use({
      streams,
      reads,
      controller,
      now: clock.now,
      elapse: (ms) => sleep(clock, ms),
      ask: () => copy.authorize({ app: 'web', user: 'alice', key: keyOf('alice') }),
    })
    closing.abort()
    await following
    expect(streams.every((stream) => stream.isLeft())).toBe(true)
    expect(kernel.pending()).toBe(0)
  })
}

function scriptedStream(since: number, signal: AbortSignal | undefined) {
  const told: FeedEvent[] = []
  let isLeft = false
  let isOver = false
  let changed = Promise.withResolvers<void>()
  const wake = () => {
    changed.resolve()
    changed = Promise.withResolvers()
  }
  const end = () => {
    isOver = true
    wake()
  }
  signal?.addEventListener('abort', end)
  const stream: ScriptedStream = {
    since,
    tell(event) {
      told.push(event)
      wake()
    },
    end,
    isLeft: () => isLeft || isOver,
  }
  return { stream, events: events() }

  async function* events(): AsyncGenerator<FeedEvent> {
    try {
      while (!isOver) {
        const event = told.shift()
        if (event === undefined) await changed.promise
        else yield event
      }
    } finally {
      isLeft = true
    }
  }
}
