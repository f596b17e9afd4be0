import type { Change, Snapshot } from '@keyrace/contracts'
import type { CallOptions, ControllerClient } from '@keyrace/controller-client'
import { sleep } from '@keyrace/environment'
import { simulate } from '@keyrace/simulation'
import { describe, expect, test } from 'vitest'
import { createCopy } from './copy.ts'
import { createCopyReader } from './copy-reader.ts'

const options = { purpose: 'background', timeoutMs: 100 } as const

describe('reading a copy', () => {
  test('takes a snapshot once, and after that only what has changed', () =>
    withReader({}, async ({ reader, copy, history, calls }) => {
      expect(await reader.catchUp(options)).toBeUndefined()
      history.goesOn(3)
      expect(await reader.catchUp(options)).toBeUndefined()
      expect(await reader.catchUp(options)).toBeUndefined()
      expect(copy.position()).toEqual({ epoch: 'epoch-1', revision: 13 })
      expect(calls).toEqual(['snapshot', 'changes?10 304', 'changes?10', 'changes?13 304'])
    }))

  test('by whole snapshots is spared one in which nothing has changed, and is young all the same', () =>
    withReader({}, async ({ reader, calls, ageMs, elapse }) => {
      await reader.readSnapshot(options)
      await elapse(1_000)
      await reader.readSnapshot(options)
      expect(calls).toEqual(['snapshot', 'snapshot 304'])
      expect(ageMs()).toBe(10)
    }))

  test('takes another snapshot where the changes are gone', () =>
    withReader({}, async ({ reader, copy, history, calls }) => {
      await reader.catchUp(options)
      history.goesOn(5)
      history.forgets()
      expect(await reader.catchUp(options)).toBeUndefined()
      expect(copy.position()?.revision).toBe(15)
      expect(calls.slice(2)).toEqual(['changes?10', 'snapshot', 'changes?15 304'])
    }))

  test('of many changes takes one part after the other, and is no younger before the last', () =>
    withReader({ pageOf: 10_000 }, async ({ reader, copy, history, calls, elapse, ageMs }) => {
      await reader.catchUp(options)
      history.goesOn(15_000)
      await elapse(1_000)
      const reading = reader.catchUp(options)
      await elapse(11)
      expect(copy.position()?.revision).toBe(10_010)
      expect(ageMs()).toBeGreaterThan(1_000)
      expect(await reading).toBeUndefined()
      expect(ageMs()).toBe(10)
      expect(calls.slice(2)).toEqual(['changes?10', 'changes?10010'])
    }))

  test('takes one snapshot for all who need one', () =>
    withReader({}, async ({ reader, calls }) => {
      const reading = await Promise.all([1, 2, 3].map(() => reader.catchUp(options)))
      expect(reading).toEqual([undefined, undefined, undefined])
      expect(calls).toEqual(['snapshot', ...Array(3).fill('changes?10 304')])
    }))

  test('is over in its time, and a snapshot that takes longer is there for the next', () =>
    withReader({ snapshotTakesMs: 5_000 }, async ({ reader, copy, calls, elapse, now }) => {
      expect(await reader.catchUp(options)).toBe('timeout')
      expect(now()).toBe(100)
      await elapse(4_900)
      expect(copy.position()?.revision).toBe(10)
      expect(await reader.catchUp(options)).toBeUndefined()
      expect(calls).toEqual(['snapshot', 'changes?10 304'])
    }))

  test('does not wait for a snapshot that hangs, once a second has passed', () =>
    withReader({ snapshotTakesMs: 9_000 }, async ({ reader, answersAgain, calls, elapse }) => {
      expect(await reader.catchUp(options)).toBe('timeout')
      answersAgain()
      expect(await reader.catchUp(options)).toBe('timeout')
      await elapse(1_000)
      expect(await reader.catchUp(options)).toBeUndefined()
      expect(calls).toEqual(['snapshot', 'snapshot', 'changes?10 304'])
      await elapse(10_000)
    }))

  test('gives up on a controller that never comes to an end', () =>
    withReader({}, async ({ reader, history, calls }) => {
      history.forgetsAlways = true
      const patient = { ...options, timeoutMs: 60_000 }
      expect(await reader.catchUp(patient)).toBe('too-many-changes')
      expect(calls.length).toBeLessThanOrEqual(20)
    }))
})

/** A copy beside a controller whose answers take 10 ms. At the start its history is ten changes long. */
async function withReader(
  { pageOf = Number.POSITIVE_INFINITY, snapshotTakesMs = 10 },
  use: (rig: {
    readonly reader: ReturnType<typeof createCopyReader>
    readonly copy: ReturnType<typeof createCopy>
    readonly history: ReturnType<typeof createHistory>
    readonly calls: readonly string[]
    ageMs(): number | undefined
    /** The snapshots that are asked for from now on take no longer than anything else. */
    answersAgain(): void
    elapse(ms: number): Promise<void>
    now(): number
  }) => Promise<void>,
): Promise<void> {
  await simulate(1, async ({ clock, kernel }) => {
    const copy = createCopy({ clock, boundMs: Number.POSITIVE_INFINITY })
    const history = createHistory()
    const calls: string[] = []
    let takesMs = snapshotTakesMs
    const controller = {
      async call(name: string, input: { query?: { since: number } }, { ifNoneMatch }: CallOptions) {
        const stamp = { epoch: 'epoch-1', revision: history.revision() }
        const since = input.query?.since
        const isSame = ifNoneMatch?.revision === stamp.revision && !history.forgetsAlways
        calls.push(`${name}${since === undefined ? '' : `?${since}`}${isSame ? ' 304' : ''}`)
        const body = since === undefined ? history.snapshot() : history.since(since, pageOf)
        await sleep(clock, since === undefined ? takesMs : 10)
        if (isSame) return { ok: false, code: 'not-modified', stamp }
        if (body === undefined) return { ok: false, code: 'revision-gone', stamp }
        const upTo = 'changes' in body ? body.changes.at(-1)?.revision : undefined
        return { ok: true, body, stamp: { ...stamp, revision: upTo ?? stamp.revision } }
      },
    } as unknown as ControllerClient
    const { signal } = new AbortController()
    await use({
      reader: createCopyReader({ clock, controller, copy, signal }),
      copy,
      history,
      calls,
      now: clock.now,
      answersAgain() {
        takesMs = 10
      },
      elapse: (ms) => sleep(clock, ms),
      ageMs() {
        const key = { fingerprint: '', blob: '' }
        const decision = copy.authorize({ app: '', user: '', key })
        return decision.kind === 'unknown' ? undefined : decision.copyAgeMs
      },
    })
    expect(kernel.pending()).toBe(0)
  })
}

/** Each change is a new user. */
function createHistory() {
  let revision = 10
  let oldest = 0
  const users = () =>
    Array.from({ length: revision }, (_, n) => ({ user: `user-${n + 1}`, isAdministrator: false }))
  const history = {
    forgetsAlways: false,
    goesOn(changes: number) {
      revision += changes
    },
    forgets() {
      oldest = revision
    },
    revision: () => revision,
    snapshot: (): Snapshot => ({
      users: users().map(({ user, ...rest }) => ({ username: user, keys: [], ...rest })),
      apps: [],
    }),
    since(after: number, limit: number): { changes: Change[] } | undefined {
      if (history.forgetsAlways || after < oldest) return undefined
      const changes = users().map(
        (user, n): Change => ({ revision: n + 1, kind: 'createUser', ...user }),
      )
      return { changes: changes.slice(after, after + limit) }
    },
  }
  return history
}
