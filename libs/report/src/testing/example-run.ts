import {
  type ArmResult,
  type Comparison,
  type Controls,
  type Distribution,
  exitCodes,
  type Plan,
  type PushPhase,
  pushPhases,
  type Run,
  type StalenessBounds,
  untouchedPhases,
} from '@keyrace/contracts'
import type { RunRecord } from '../record.ts'
import { exampleHistory, exampleWitnessRows } from './example-history.ts'
import { exampleSamples } from './example-samples.ts'

export { exampleCurves } from './example-curves.ts'

/** A plausible deletion race of two strategies, complete and valid, for tests of what reads runs. */
export function exampleRecord(): RunRecord {
  const run = exampleRun()
  return { run, plan: examplePlan(), samples: exampleSamples(run.arms), history: exampleHistory() }
}

export function exampleRun(overrides: Partial<Run> = {}): Run {
  return {
    schemaVersion: 1,
    runId: 'run-3f9a1c',
    scenario: 'deletion-race',
    mode: 'real',
    system: 'fixed',
    quirks: [],
    commitCheck: 'none',
    require: 'claimed',
    seed: 7,
    startedAt: '2026-03-02T10:15:00.000Z',
    durationMs: 43_820,
    interrupted: false,
    environment: {
      node: 'v24.18.1',
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
      serviceTimeMs: 0.3,
      serviceTimesMs: [0.3, 10],
      target: 'local',
      client: 'ssh2',
      workers: 0,
    },
    arms: [fingerprintArm(), pollArm()],
    turns: [['fingerprint', 'poll', 'fingerprint.control']],
    comparisons: [comparison(0.3, 0.985, 'equivalent'), comparison(10, 0.755, 'better')],
    controls: controls(),
    curves: [],
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
    latency: {
      pairs: 6,
      pushesPerBlock: 25,
      warmUpPushes: 60,
      load: { kind: 'open', arrivals: 'poisson', ratePerSecond: 25 },
      margin: 0.1,
    },
    commitCheck: 'none',
    require: 'claimed',
    client: 'ssh2',
    workers: 0,
    serviceTimesMs: [0.3, 10],
    failOnWorse: false,
    thresholds: [],
    system: 'fixed',
    quirks: [],
    repositories: 'shared',
    lock: 'file',
    reaper: null,
    target: 'local',
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
        byKind: {
          ...unstale,
          app: {
            revocation: { certain: 991.4, possible: 1_043.8 },
            grant: { certain: 12.5, possible: 1_012 },
          },
        },
      },
      byReplica: replicas.map((replica, index) => ({
        replica,
        staleAdmissions: 129 + index - 1,
        staleAccepts: 128,
        staleRejects: index === 0 ? 2 : 0,
      })),
      witnesses: [
        {
          invariant: 'stale-accept',
          replica: 'builder-2',
          stalenessMs: { certain: 991.4, possible: 1_043.8 },
          beyondClaim: false,
          story:
            'app quiet-otter was deleted at 31.204 s; builder-2 accepted a push to it that began at 32.195 s',
          events: exampleWitnessRows(),
        },
      ],
    },
  }
}

const replicas = ['builder-1', 'builder-2', 'builder-3']
const unknown = { certain: null, possible: null }
const never = { revocation: unknown, grant: unknown }
const unstale = { app: never, permission: never, key: never }

interface Profile {
  readonly knobs: ArmResult['knobs']
  readonly bounds: StalenessBounds
  readonly medians: readonly number[]
  readonly requestsPerPush: number
}

function arm(strategy: string, { knobs, bounds, medians, requestsPerPush }: Profile): ArmResult {
  const timedAt = timings(medians, requestsPerPush)
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
      byMutation: [{ effect: 'revocation', ground: 'app', held: 200 }],
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
    ...timedAt(0),
    byServiceTime: [
      { serviceTimeMs: 0.3, ...timedAt(0) },
      { serviceTimeMs: 10, ...timedAt(9.7) },
    ],
    controller: {
      requestsPerPush: { identify: 1, authorize: requestsPerPush, publish: 0.51, background: 0.04 },
      authorizationRequestsPerWarmPush: requestsPerPush,
      bytesPerPush: 812,
    },
    correctness: {
      violations: { 'stale-admission': 0, 'stale-accept': 0, 'late-commit': 0 },
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
        ...unstale.app,
        byKind: unstale,
      },
      byReplica: [],
      witnesses: [],
      verdict: 'holds',
    },
    consistency: {
      consistentWithin: {
        '10': { share: 1, n: 200 },
        '100': { share: 1, n: 187 },
        '1000': { share: 1, n: 42 },
        '10000': { share: null, n: 0 },
      },
      revocationWaitMs: null,
    },
  }
}

/** At a service time that is longer: so is what asks the controller. */
function timings(medians: readonly number[], requestsPerPush: number) {
  return (longerMs: number): Pick<ArmResult, 'latencyMs' | 'generator'> => {
    const longer = { authenticate: longerMs, authorize: longerMs * requestsPerPush }
    const phases = pushPhases.map((phase, index): [PushPhase, number] => {
      return [phase, (medians[index] ?? 0) + (longer[phase as keyof typeof longer] ?? 0)]
    })
    const response = phases.reduce((sum, [, median]) => sum + median, 0)
    return {
      latencyMs: {
        response: distribution(response, 150),
        service: distribution(response - 0.3, 150),
        phases: Object.fromEntries(
          phases.map(([phase, median]) => [phase, distribution(median, 150)]),
        ) as Record<PushPhase, Distribution>,
      },
      generator: { askedRate: 25, achievedRate: 24.97, lagP99Ms: 4.2 },
    }
  }
}

function comparison(
  serviceTimeMs: number,
  ratio: number,
  verdict: Comparison['verdict'],
): Comparison {
  return {
    metric: 'response.p50',
    serviceTimeMs,
    a: 'poll',
    b: 'fingerprint',
    pairs: 6,
    ratio,
    ci95: [ratio * 0.95, ratio * 1.05],
    p: 0.03125,
    difference: { mean: 40 * (ratio - 1), ci95: [40 * (ratio - 1) - 2, 40 * (ratio - 1) + 2] },
    winShare: 1,
    margin: 0.1,
    verdict,
    morePairs: null,
    reasons: [],
  }
}

function controls(): Controls {
  const same = { pairs: 6, ratio: 1.01, ci95: [0.97, 1.05] as [number, number], ok: true }
  const times = [0.3, 10]
  return {
    aa: times.map((serviceTimeMs) => ({
      ...same,
      serviceTimeMs,
      a: 'fingerprint.control',
      b: 'fingerprint',
    })),
    untouchedPhases: times.flatMap((serviceTimeMs) =>
      untouchedPhases.map((phase) => ({
        ...same,
        phase,
        serviceTimeMs,
        a: 'poll',
        b: 'fingerprint',
      })),
    ),
    generator: times.flatMap((serviceTimeMs) =>
      ['fingerprint', 'poll'].map((arm) => {
        return { serviceTimeMs, arm, achievedShare: 0.998, lagShare: 0.11, ok: true }
      }),
    ),
  }
}

function alike(formula: string, ms: number): StalenessBounds {
  const bound = { formula, ms }
  return { app: bound, permission: bound, key: bound }
}

function distribution(p50: number, count: number): Distribution {
  return { count, p50, p90: p50 * 1.2, p95: p50 * 1.35, p99: p50 * 1.9, max: p50 * 2.6 }
}
