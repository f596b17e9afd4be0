import {
  type ArmResult,
  blankEvent,
  type Distribution,
  exitCodes,
  type HistoryEvent,
  type Plan,
  type PushPhase,
  pushPhases,
  type Run,
  type Sample,
  type StalenessBounds,
} from '@keyrace/contracts'
import type { RunRecord } from '../record.ts'

/** A plausible deletion race of two strategies, complete and valid, for tests of what reads runs. */
export function exampleRecord(): RunRecord {
  return { run: exampleRun(), plan: examplePlan(), samples: [sample()], history: history() }
}

export function exampleRun(overrides: Partial<Run> = {}): Run {
  return {
    schemaVersion: 1,
    runId: 'run-3f9a1c',
    scenario: 'deletion-race',
    mode: 'real',
    system: 'fixed',
    commitCheck: 'none',
    require: 'claimed',
    seed: 7,
    startedAt: '2026-03-02T10:15:00.000Z',
    durationMs: 43_820,
    interrupted: false,
    environment: {
      node: 'v24.21.0',
      git: 'git version 2.39.5',
      ssh: 'OpenSSH_9.2p1',
      platform: 'linux 6.1.0 x64',
      cpu: 'Intel Xeon 2.60 GHz',
      cores: 2,
      memoryMb: 24_576,
      loadAverage: [0.42, 0.31, 0.28],
      nativeCrypto: true,
    },
    topology: {
      replicas: 3,
      users: 100,
      apps: 100,
      keysPerUser: 200,
      database: 'embedded',
      repositories: 'shared',
      lock: 'file',
      serviceTimeMs: 0,
    },
    arms: [fingerprintArm(), pollArm()],
    comparisons: [],
    controls: {},
    faults: [],
    thresholds: [],
    reasons: [],
    verdict: 'pass',
    exitCode: exitCodes.pass,
    replay: 'keyrace run deletion-race --strategy fingerprint,poll --replicas 3 --seed 7',
    ...overrides,
  }
}

export function examplePlan(): Plan {
  return {
    schemaVersion: 1,
    scenario: 'deletion-race',
    mode: 'real',
    seed: 7,
    arms: [
      { strategy: 'fingerprint', knobs: { timeoutMs: 2_000 } },
      { strategy: 'poll', knobs: { intervalMs: 1_000, timeoutMs: 1_000 } },
    ],
    replicas: 3,
    users: 100,
    keysPerUser: 200,
    apps: 100,
    races: 200,
    latency: { blocks: 6, pushesPerBlock: 25 },
    commitCheck: 'none',
    require: 'claimed',
    serviceTimeMs: 0,
  }
}

/** An arm that asks each time, and is never wrong. */
export function fingerprintArm(): ArmResult {
  return arm('fingerprint', {
    knobs: { timeoutMs: 2_000 },
    bounds: alike('0', 0),
    medians: [1.1, 6.4, 4.9, 0.9, 21.7, 0, 3.1],
    requestsPerPush: 1,
  })
}

/** An arm that keeps a copy, and is wrong within its claim. */
export function pollArm(): ArmResult {
  const result = arm('poll', {
    knobs: { intervalMs: 1_000, timeoutMs: 1_000 },
    bounds: alike('T + S', 2_000),
    medians: [1.1, 6.5, 4.1, 0.1, 21.6, 0, 3.2],
    requestsPerPush: 0,
  })
  return {
    ...result,
    correctness: {
      ...result.correctness,
      staleAdmissions: 387,
      staleAccepts: 384,
      staleRejects: 2,
      lateCommits: 11,
      wastedBytes: 198_144,
      measuredStalenessMs: {
        revocation: { certain: 991.4, possible: 1_043.8 },
        grant: { certain: 12.5, possible: 1_012 },
      },
      byReplica: replicas.map((replica, index) => ({
        replica,
        staleAdmissions: 129 + index - 1,
        staleAccepts: 128,
        staleRejects: index === 0 ? 2 : 0,
      })),
      witnesses: [
        {
          invariant: 'stale accept',
          replica: 'builder-2',
          stalenessMs: { certain: 991.4, possible: 1_043.8 },
          beyondClaim: false,
          story:
            'app quiet-otter was deleted at 31.204 s; builder-2 accepted a push to it that began at 32.195 s.',
          events: [20_418, 20_977],
        },
      ],
    },
  }
}

const replicas = ['builder-1', 'builder-2', 'builder-3']

interface Profile {
  readonly knobs: ArmResult['knobs']
  readonly bounds: StalenessBounds
  readonly medians: readonly number[]
  readonly requestsPerPush: number
}

function arm(strategy: string, { knobs, bounds, medians, requestsPerPush }: Profile): ArmResult {
  const response = medians.reduce((sum, median) => sum + median, 0)
  return {
    name: strategy,
    strategy,
    knobs,
    claim: {
      revocation: bounds,
      grant: bounds,
      outage: { kind: 'fail-closed' },
      write: { formula: '0', ms: 0 },
    },
    races: {
      planned: 200,
      held: 200,
      perReplica: replicas.map((replica) => ({ replica, held: 200 })),
    },
    pushes: {
      attempted: 2_550,
      accepted: 1_306,
      denied: 1_241,
      unavailable: 0,
      busy: 3,
      rejectedAtCommit: 0,
      rejected: 0,
      noop: 0,
      indeterminate: 0,
    },
    latencyMs: {
      response: distribution(response, 150),
      service: distribution(response - 0.3, 150),
      phases: Object.fromEntries(
        pushPhases.map((phase, index) => [phase, distribution(medians[index] ?? 0, 150)]),
      ) as Record<PushPhase, Distribution>,
    },
    generator: { askedRate: 10, achievedRate: 9.97, lagP99Ms: 4.2 },
    controller: {
      requestsPerPush: { identify: 1, authorize: requestsPerPush, publish: 0.51, background: 0.04 },
      authorizationRequestsPerWarmPush: requestsPerPush,
      bytesPerPush: 812,
    },
    correctness: {
      violations: {},
      warmPushes: 600,
      staleAdmissions: 0,
      staleAdmissionsBeyondClaim: 0,
      staleAccepts: 0,
      staleAcceptsBeyondClaim: 0,
      staleRejects: 0,
      staleRejectsBeyondClaim: 0,
      lateCommits: 0,
      lateRejections: 0,
      wastedBytes: 0,
      measuredStalenessMs: {
        revocation: { certain: null, possible: null },
        grant: { certain: null, possible: null },
      },
      byReplica: [],
      witnesses: [],
      verdict: 'holds',
    },
  }
}

function alike(formula: string, ms: number): StalenessBounds {
  const bound = { formula, ms }
  return { app: bound, permission: bound, key: bound }
}

function distribution(p50: number, count: number): Distribution {
  return { count, p50, p90: p50 * 1.2, p95: p50 * 1.35, p99: p50 * 1.9, max: p50 * 2.6 }
}

function sample(): Sample {
  return {
    op: 'push-1',
    arm: 'poll',
    replica: 'builder-1',
    phase: 'race',
    block: null,
    app: 'quiet-otter',
    outcome: 'accepted',
    intendedAt: 31_190,
    startedAt: 31_190.4,
    doneAt: 31_229.1,
    phases: {
      connect: 1.1,
      keyExchange: 6.5,
      authenticate: 4.1,
      authorize: 0.1,
      receive: 21.6,
      publish: null,
      finish: 3.2,
    },
  }
}

function history(): HistoryEvent[] {
  const row = { ...blankEvent, app: 'quiet-otter', generation: 1 } as const
  const deletion = { ...row, proc: 'operator', f: 'deleteApp', op: 'delete-1' } as const
  return [
    { ...deletion, idx: 0, t: 31_190, type: 'invoke' },
    { ...deletion, idx: 1, t: 31_204, type: 'ok', revision: 412 },
  ]
}
