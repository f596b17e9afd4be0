import { type PushEvidence, Sample } from '@keyrace/contracts'
import { Value } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import type { PushAttempt } from './push-client.ts'
import { sampleOf, type TimedPush } from './sample.ts'

const labels = {
  op: 'push-1',
  arm: 'poll',
  replica: 'builder-1',
  phase: 'latency',
  block: 0,
  serviceTimeMs: 0,
  app: 'myapp',
} as const

const attempt: PushAttempt = {
  outcome: 'ok',
  reason: null,
  advertised: new Map(),
  update: null,
  stamps: { execAt: 1120, advertisedAt: 1130, sentAt: 1131, reportedAt: 1150, doneAt: 1153 },
  sentBytes: 900,
  exec: 1,
}

const decision = { source: 'rpc', epoch: 'e', revision: 1, copyAgeMs: 0, allowed: true } as const

const evidence: PushEvidence = {
  pushId: 'p-1',
  replica: 'builder-1',
  connection: '127.0.0.1:40312',
  exec: 1,
  app: 'myapp',
  generation: 1,
  user: 'alice',
  fingerprint: null,
  outcome: 'accepted',
  reason: null,
  admission: { ...decision, askedAt: 1121, decidedAt: 1125 },
  commit: {
    askedAt: 1140,
    decidedAt: 1145,
    allowed: true,
    revision: 1,
    durableAt: 1149,
    updates: [],
  },
  receivedAt: 0,
  identifyMs: 2,
  receivedBytes: 900,
}

const push: TimedPush = {
  connection: {
    stamps: { startedAt: 1105, connectedAt: 1106, keyExchangedAt: 1110, authenticatedAt: 1117 },
  },
  fresh: true,
  attempt,
  evidence,
  intendedAt: 1100,
  runStartedAt: 1000,
}

describe('a sample', () => {
  test('of a push on a fresh connection has all three stamps and all phases', () => {
    const sample = sampleOf(labels, push)
    expect(sample).toEqual({
      ...labels,
      fresh: true,
      outcome: 'ok',
      intendedAt: 100,
      startedAt: 105,
      doneAt: 153,
      phases: {
        connect: 1,
        keyExchange: 4,
        authenticate: 7,
        authorize: 4,
        receive: 21,
        publish: 5,
        finish: 3,
      },
    })
    expect(Value.Check(Sample, sample)).toBe(true)
  })

  test('holds nothing of the push but its names: keys do not get into a file', () => {
    const key = { privateKey: 'secret' }
    expect(JSON.stringify(sampleOf({ ...labels, ...{ key } }, push))).not.toContain('secret')
  })

  test('of a push on a waiting connection begins at its exec request', () => {
    const { startedAt, phases } = sampleOf(labels, { ...push, fresh: false })
    expect(startedAt).toBe(120)
    expect(phases).toMatchObject({ connect: null, keyExchange: null, authenticate: null })
    expect(phases.receive).toBe(21)
  })

  test('of a denied push has no phases that it did not come to', () => {
    const stamps = {
      execAt: 1120,
      advertisedAt: null,
      sentAt: null,
      reportedAt: null,
      doneAt: 1126,
    }
    const { phases } = sampleOf(labels, {
      ...push,
      attempt: { ...attempt, outcome: 'denied', stamps },
      evidence: { ...evidence, commit: null },
    })
    expect(phases).toMatchObject({ authorize: 4, receive: null, publish: null, finish: null })
  })

  test('without evidence knows the client side only', () => {
    const { phases } = sampleOf(labels, { ...push, evidence: undefined })
    expect(phases).toMatchObject({ authorize: null, publish: null, receive: 30, finish: 3 })
  })
})
