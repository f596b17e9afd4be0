import { ControllerUnavailable } from '@keyrace/controller-client'
import type { PushAttempt } from '@keyrace/load'
import { describe, expect, test } from 'vitest'
import type { PushRecord } from './push-record.ts'
import { createRecorder } from './recorder.ts'

function createTestClock() {
  let now = 1_000
  const clock = { now: () => now, wall: () => 0, timer: () => () => {} }
  return { clock, pass: (ms: number) => (now += ms) }
}

function pushOf(attempt: Partial<PushAttempt>): Omit<PushRecord, 'op'> {
  const stamps = {
    execAt: 1_010,
    advertisedAt: null,
    sentAt: null,
    reportedAt: null,
    doneAt: 1_030,
  }
  return {
    arm: 'poll',
    replica: 'builder-1',
    app: 'blue',
    ref: 'refs/heads/main',
    key: { user: 'alice', fingerprint: 'SHA256:a' },
    connection: { name: '127.0.0.1:4711' },
    attempt: { outcome: 'ok', reason: null, advertised: null, update: null, stamps, ...attempt },
  } as never
}

describe('the recorder', () => {
  test.each([
    [{ outcome: 'ok' }, 'ok'],
    [{ outcome: 'denied', reason: 'no app blue' }, 'denied'],
    [{ outcome: 'unavailable', reason: 'timeout' }, 'fail'],
    [{ outcome: 'busy', reason: 'another push' }, 'fail'],
    [{ outcome: 'rejected', reason: 'denied: it was deleted' }, 'denied'],
    [{ outcome: 'rejected', reason: 'unavailable: timeout' }, 'fail'],
    [{ outcome: 'rejected', reason: 'failed to lock' }, 'fail'],
    [{ outcome: 'info', reason: 'the connection broke' }, 'info'],
  ] as const)('takes a decision for a decision, and doubt for doubt: %j is %s', (attempt, type) => {
    const recorder = createRecorder(createTestClock().clock)
    recorder.push(pushOf(attempt))
    const ends = recorder.history(() => undefined, []).filter((row) => row.f === 'push')
    expect(ends.map((row) => row.type)).toEqual(['invoke', type])
  })

  test('what a fixture brings stands from when it was loaded, and not from the beginning', () => {
    const { clock, pass } = createTestClock()
    const recorder = createRecorder(clock)
    pass(100_000)
    recorder.stands('createApp', { app: 'blue', generation: 1, user: 'alice' }, 3)
    const rows = recorder.history(() => undefined, [])
    expect(rows.map(({ type, t, revision }) => [type, t, revision])).toEqual([
      ['invoke', 100_000, null],
      ['ok', 100_000, 3],
    ])
  })

  test.each([
    ['what was done', async () => ({ ok: true, stamp: { revision: 7, generation: 2 } }), 'ok', 7],
    [
      'a refusal',
      async () => ({ ok: false, code: 'forbidden' as const, stamp: undefined }),
      'fail',
      null,
    ],
    [
      'no answer',
      async () => {
        throw new ControllerUnavailable('timeout', 'no answer')
      },
      'info',
      null,
    ],
  ] as const)('writes down %s of a mutation', async (_, act, type, revision) => {
    const recorder = createRecorder(createTestClock().clock)
    await recorder.mutate('deleteApp', { app: 'blue' }, act)
    expect(recorder.history(() => undefined, [])).toMatchObject([
      { type: 'invoke', f: 'deleteApp', revision: null },
      { type, f: 'deleteApp', revision },
    ])
  })

  test('counts a reading from its beginning: what changed meanwhile may be missing', async () => {
    const { clock, pass } = createTestClock()
    const recorder = createRecorder(clock)
    await recorder.look('poll', { app: 'blue', generation: 1 }, async () => {
      pass(50)
      return new Map([['refs/heads/main', 'abc']])
    })
    expect(recorder.history(() => undefined, [])).toMatchObject([
      { t: 0, f: 'readRefs', new: 'abc' },
    ])
  })

  test('knows which repositories have seen a push since they were read', async () => {
    const { clock, pass } = createTestClock()
    const recorder = createRecorder(clock)
    recorder.push(pushOf({}))
    const blue = { arm: 'poll', keeper: null, app: 'blue', generation: 3 }
    expect(recorder.unread(() => 3)).toEqual([blue])
    pass(100)
    await recorder.look('poll', { app: 'blue', generation: 3 }, async () => new Map())
    expect(recorder.unread(() => 3)).toEqual([])
  })

  test('knows them replica by replica, where each has its own', async () => {
    const { clock, pass } = createTestClock()
    const recorder = createRecorder(clock)
    const [here, there] = ['builder-1', 'builder-2']
    for (const replica of [here, there]) recorder.push({ ...pushOf({}), replica })
    pass(100)
    const app = { app: 'blue', generation: 3 }
    await recorder.look('poll', app, async () => new Map(), here)
    expect(recorder.unread(() => 3, 'per-replica')).toMatchObject([{ keeper: there }])
  })
})
