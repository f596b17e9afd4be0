import type { Sample } from '@keyrace/contracts'
import { expect, test } from 'vitest'
import { deletionRace } from '../../deletion-race.ts'
import { planOf } from '../../testing/plan-of.ts'
import type { PushRecord } from '../recording/push-record.ts'
import { type Account, tally } from './tally.ts'

const plan = planOf(deletionRace, { serviceTimesMs: [0, 10] })
const usage = {
  requests: { identify: 9, authorize: 6, publish: 3, background: 0 },
  bytes: 1_800,
}

function accountOf(changes: Partial<Account>): Account {
  const latency = { achievedRate: () => undefined, authorizationRequestsPerPush: {} }
  const races = {
    planned: 2,
    held: { poll: 1 },
    perReplica: { poll: { 'builder-1': 1 } },
    byMutation: {},
  }
  const none = { pushes: [], samples: [], correctness: {} }
  return { arm: { name: 'poll' }, plan, latency, races, usage, ...none, ...changes } as never
}

function sample(doneAt: number, changes: Partial<Sample> = {}): Sample {
  const timed = { phase: 'latency', block: 1, outcome: 'ok', serviceTimeMs: 0 } as const
  return { ...timed, intendedAt: 0, startedAt: 2, doneAt, phases: {}, ...changes } as Sample
}

test('each push falls under one count, and a refusal at the end under that of its reason', () => {
  const ended = (outcome: string, reason: string | null = null) =>
    ({ attempt: { outcome, reason } }) as PushRecord
  const pushes = [
    ended('ok'),
    ended('denied', 'no such app'),
    ended('busy'),
    ended('unavailable', 'timeout'),
    ended('rejected', 'denied: the app was deleted'),
    ended('rejected', 'unavailable: timeout'),
    ended('rejected', 'failed to lock'),
    ended('info', 'the connection broke'),
  ]
  const { pushes: counts, controller } = tally(accountOf({ pushes }))
  expect(counts).toEqual({
    attempted: 8,
    accepted: 1,
    denied: 1,
    busy: 1,
    unavailable: 2,
    rejectedAtCommit: 1,
    rejected: 1,
    noop: 0,
    indeterminate: 1,
  })
  expect(controller.requestsPerPush).toMatchObject({ identify: 9 / 8, publish: 3 / 8 })
})

test('times are apart by service time, without what warmed up, failed or raced', () => {
  const samples = [
    ...[sample(30), sample(40, { serviceTimeMs: 10 })],
    ...[sample(900, { block: 0 }), sample(900, { outcome: 'denied' })],
    sample(900, { phase: 'race', block: null }),
  ]
  const { latencyMs, byServiceTime } = tally(accountOf({ samples }))
  expect(latencyMs).toMatchObject({ response: { count: 1, max: 30 }, service: { max: 28 } })
  expect(byServiceTime.map((at) => at.latencyMs.response.max)).toEqual([30, 40])
})

test('of an arm that pushed nothing there is no cost per push', () => {
  const { controller, latencyMs } = tally(accountOf({}))
  expect(controller).toMatchObject({ bytesPerPush: null, requestsPerPush: { identify: null } })
  expect(latencyMs.response).toMatchObject({ count: 0, p50: null })
})
