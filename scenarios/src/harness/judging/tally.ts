import {
  type ArmResult,
  type Correctness,
  type Plan,
  type Purpose,
  type PushCount,
  type PushPhase,
  purposes,
  pushCounts,
  pushPhases,
  type Sample,
  type Usage,
} from '@keyrace/contracts'
import { distribution } from '@keyrace/statistics'
import type { Arm } from '@keyrace/testbed'
import type { LatencyResult } from './latency-phase.ts'
import type { PushRecord } from './recorder.ts'
import type { RaceCounts } from './scenario.ts'

/** What one arm did, as run.json tells it. */
export function tally({
  arm,
  plan: {
    serviceTimesMs,
    latency: { load },
  },
  pushes,
  samples,
  races,
  latency,
  usage,
  correctness,
}: {
  readonly arm: Arm
  readonly plan: Plan
  readonly pushes: readonly PushRecord[]
  readonly samples: readonly Sample[]
  readonly races: RaceCounts
  readonly latency: LatencyResult
  readonly usage: Usage | undefined
  readonly correctness: Correctness
}): ArmResult {
  const byServiceTime = serviceTimesMs.map((serviceTimeMs) => {
    const timed = samples.filter(
      (sample) => isTimed(sample) && sample.serviceTimeMs === serviceTimeMs,
    )
    return {
      serviceTimeMs,
      latencyMs: latencyOf(timed),
      generator: generatorOf(timed, {
        askedRate: load.kind === 'open' ? load.ratePerSecond : null,
        achievedRate: latency.achievedRate(arm.name, serviceTimeMs) ?? null,
      }),
    }
  })
  const { serviceTimeMs: _, ...first } = byServiceTime[0] ?? {
    serviceTimeMs: 0,
    latencyMs: latencyOf([]),
    generator: generatorOf([], { askedRate: null, achievedRate: null }),
  }
  return {
    name: arm.name,
    strategy: arm.strategy,
    knobs: arm.knobs,
    claim: arm.claim,
    races: {
      planned: races.planned,
      held: races.held[arm.name] ?? 0,
      perReplica: Object.entries(races.perReplica[arm.name] ?? {}).map(([replica, held]) => ({
        replica,
        held,
      })),
    },
    pushes: countPushes(pushes),
    ...first,
    byServiceTime,
    controller: {
      requestsPerPush: requestsPerPush(usage, pushes.length),
      authorizationRequestsPerWarmPush: latency.authorizationRequestsPerPush[arm.name] ?? null,
      bytesPerPush: usage === undefined ? null : ratio(usage.bytes, pushes.length),
    },
    correctness,
  }
}

function isTimed({ phase, block, outcome }: Sample): boolean {
  return phase === 'latency' && block !== 0 && outcome === 'ok'
}

function latencyOf(timed: readonly Sample[]): ArmResult['latencyMs'] {
  return {
    response: distribution(timed.map(({ intendedAt, doneAt }) => doneAt - intendedAt)),
    service: distribution(timed.map(({ startedAt, doneAt }) => doneAt - startedAt)),
    phases: phasesOf(timed),
  }
}

/** A closed loop has no schedule to keep or to lag behind. */
function generatorOf(
  timed: readonly Sample[],
  rates: Pick<ArmResult['generator'], 'askedRate' | 'achievedRate'>,
): ArmResult['generator'] {
  const lags = timed.map(({ intendedAt, startedAt }) => startedAt - intendedAt)
  return { ...rates, lagP99Ms: distribution(lags).p99 }
}

/** Under which count of run.json a push falls. */
function countOf({ attempt: { outcome, reason } }: PushRecord): PushCount {
  switch (outcome) {
    case 'ok':
      return 'accepted'
    case 'info':
      return 'indeterminate'
    case 'rejected':
      if (reason?.startsWith('denied')) return 'rejectedAtCommit'
      return reason?.startsWith('unavailable') ? 'unavailable' : 'rejected'
    default:
      return outcome
  }
}

function countPushes(pushes: readonly PushRecord[]): ArmResult['pushes'] {
  const counts = Object.fromEntries(pushCounts.map((name) => [name, 0])) as ArmResult['pushes']
  counts.attempted = pushes.length
  for (const push of pushes) counts[countOf(push)]++
  return counts
}

function phasesOf(samples: readonly Sample[]): ArmResult['latencyMs']['phases'] {
  const of = (phase: PushPhase) => {
    const known = samples.map(({ phases }) => phases[phase]).filter((ms) => ms !== null)
    return distribution(known)
  }
  return Object.fromEntries(
    pushPhases.map((phase) => [phase, of(phase)]),
  ) as ArmResult['latencyMs']['phases']
}

function requestsPerPush(usage: Usage | undefined, pushes: number) {
  const of = (purpose: Purpose) =>
    usage === undefined ? null : ratio(usage.requests[purpose], pushes)
  return Object.fromEntries(purposes.map((purpose) => [purpose, of(purpose)])) as Record<
    Purpose,
    number | null
  >
}

function ratio(amount: number, pushes: number): number | null {
  return pushes === 0 ? null : amount / pushes
}
