import {
  type ArmResult,
  type Consistency,
  type Correctness,
  isTimed,
  type Plan,
  type PushCount,
  purposes,
  pushCounts,
  pushPhases,
  type Sample,
  type Usage,
} from '@keyrace/contracts'
import { distribution } from '@keyrace/statistics'
import type { Arm } from '@keyrace/testbed'
import type { PushRecord } from '../recording/push-record.ts'
import type { RaceCounts } from '../scenario.ts'
import type { LatencyResult } from '../timing/latency-phase.ts'

/** What is known of one arm. */
export interface Account {
  readonly arm: Arm
  readonly plan: Plan
  readonly pushes: readonly PushRecord[]
  readonly samples: readonly Sample[]
  readonly races: RaceCounts
  readonly latency: LatencyResult
  readonly usage: Usage
  readonly correctness: Correctness
  readonly consistency: Consistency
}

/** What one arm did, as run.json tells it. */
export function tally(account: Account): ArmResult {
  const { arm, plan, pushes, races, latency, usage, correctness, consistency } = account
  const { name, strategy, knobs, claim } = arm
  const perReplica = Object.entries(races.perReplica[name] ?? {})
  return {
    name,
    strategy,
    knobs,
    claim,
    races: {
      planned: races.planned,
      held: races.held[name] ?? 0,
      perReplica: perReplica.map(([replica, held]) => ({ replica, held })),
      byMutation: races.byMutation[name] ?? [],
    },
    pushes: countPushes(pushes),
    ...timesAt(plan.serviceTimesMs[0] ?? 0, account),
    byServiceTime: plan.serviceTimesMs.map((serviceTimeMs) => ({
      serviceTimeMs,
      ...timesAt(serviceTimeMs, account),
    })),
    controller: {
      requestsPerPush: requestsPerPush(usage, pushes.length),
      authorizationRequestsPerWarmPush: latency.authorizationRequestsPerPush[name] ?? null,
      bytesPerPush: ratio(usage.bytes, pushes.length),
    },
    correctness,
    consistency,
  }
}

function timesAt(
  serviceTimeMs: number,
  { arm, plan, samples, latency }: Account,
): Pick<ArmResult, 'latencyMs' | 'generator'> {
  const { load } = plan.latency
  const timed = samples.filter(
    (sample) => isTimed(sample) && sample.serviceTimeMs === serviceTimeMs,
  )
  return {
    latencyMs: latencyOf(timed),
    generator: {
      askedRate: load.kind === 'open' ? load.ratePerSecond : null,
      achievedRate: latency.achievedRate(arm.name, serviceTimeMs) ?? null,
      lagP99Ms: distribution(timed.map(({ intendedAt, startedAt }) => startedAt - intendedAt)).p99,
    },
  }
}

function latencyOf(timed: readonly Sample[]): ArmResult['latencyMs'] {
  return {
    response: distribution(timed.map(({ intendedAt, doneAt }) => doneAt - intendedAt)),
    service: distribution(timed.map(({ startedAt, doneAt }) => doneAt - startedAt)),
    phases: phasesOf(timed),
  }
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
  const counts = recordOf(pushCounts, () => 0)
  for (const push of pushes) counts[countOf(push)]++
  return { ...counts, attempted: pushes.length }
}

function phasesOf(samples: readonly Sample[]): ArmResult['latencyMs']['phases'] {
  return recordOf(pushPhases, (phase) =>
    distribution(samples.map(({ phases }) => phases[phase]).filter((ms) => ms !== null)),
  )
}

function requestsPerPush({ requests }: Usage, pushes: number) {
  return recordOf(purposes, (purpose) => ratio(requests[purpose], pushes))
}

function recordOf<K extends string, V>(keys: readonly K[], of: (key: K) => V): Record<K, V> {
  return Object.fromEntries(keys.map((key) => [key, of(key)])) as Record<K, V>
}

function ratio(amount: number, pushes: number): number | null {
  return pushes === 0 ? null : amount / pushes
}
