import { type JudgedFinding, type Judgement, judge } from '@keyrace/checker'
import type { HistoryEvent, RevocationWait, SwarmPlan } from '@keyrace/contracts'
import { type Breach, withBreaches, writeClause } from '@keyrace/scenarios'
import type { Arm, FailedSweep } from '@keyrace/testbed'
import { hotLoops } from './hot-loop.ts'
import { settlingMs } from './liveness.ts'

/** What a played world left behind for those who judge it. */
export interface Testimony {
  readonly arm: Arm
  readonly history: readonly HistoryEvent[]
  readonly waits: readonly RevocationWait[]
  readonly failedSweeps: readonly FailedSweep[]
  readonly patienceMs: number
  readonly sentBytes: ReadonlyMap<string, number>
}

/** Holds a world to what its strategy claims, to what is required, and to what must be so once all is well again. */
export function judgeWorld(plan: SwarmPlan, testimony: Testimony): Judgement {
  const { arm, history, patienceMs, sentBytes } = testimony
  const [judgement] = judge({
    events: history,
    arms: [arm],
    commitCheck: plan.commitCheck,
    require: plan.require,
    removalBoundMs: reapedWithinMs(plan),
    patienceMs: plan.faults.some(mayHideAnEnd) ? null : patienceMs,
    settlingMs: settlingMs(arm.claim),
    repositories: plan.repositories,
    sentBytes,
  })
  if (judgement === undefined) throw new Error('there is one arm')
  const breaches = [...longWaits(plan, testimony), ...hotLoops(plan, testimony)]
  return withFindings(judgement, breaches, history)
}

/** The lock of a builder that was killed is free after five seconds, and then its repository has to be removed. */
const longestSweepMs = 8_000
const longestHoldMs = 2_000

/**
 * How long a repository may outlive its app: one sweep may just have missed the deletion. While something is out
 * of order nobody can be expected to reap, and it takes a reaper as long again to try once more. Null where nobody
 * reaps.
 */
export function reapedWithinMs({ reaper, faults, points }: SwarmPlan): number | null {
  if (reaper === null) return null
  const faultsMs = faults.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
  const holdsMs = longestHoldMs * Object.keys(points).length
  return reaper.graceMs + 2 * (reaper.intervalMs + longestSweepMs + faultsMs) + holdsMs
}

/** A builder that stands still or is killed cannot say how a push ended, and a client may not hear it. */
function mayHideAnEnd({ kind, node, peer }: SwarmPlan['faults'][number]): boolean {
  const stopping = ['pause', 'suspend', 'crash', 'crash-without-disk', 'clock-drift']
  return stopping.includes(kind) || node === 'client' || peer === 'client'
}

/** Beyond the write clause: the steps of the transaction itself. */
const graceMs = 200

/** The controller counts the wait by its own clock: one that stands still or runs wrong counts wrong. */
function longWaits({ faults }: SwarmPlan, { arm, waits }: Testimony): Breach[] {
  const boundMs = arm.claim.write.ms
  const isHindered = faults.some(({ node, kind }) => node === 'controller' && kind !== 'cut')
  if (boundMs === null || boundMs === 0 || isHindered) return []
  return waits
    .filter(({ ms }) => ms > boundMs + graceMs)
    .map(({ ms }) => ({
      ...{ arm: arm.name, promise: writeClause, replica: 'controller', ops: [] },
      story: `a revocation waited ${Math.round(ms)} ms for the builders, and ${Math.round(boundMs)} ms are claimed`,
    }))
}

function withFindings(
  judgement: Judgement,
  breaches: readonly Breach[],
  history: readonly HistoryEvent[],
): Judgement {
  const correctness = withBreaches(judgement.correctness, breaches, history)
  const findings = breaches.map(({ promise, replica, story, ops: [op = ''] }): JudgedFinding => {
    const events = history.filter((row) => row.op === op).map(({ idx }) => idx)
    return {
      ...{ invariant: promise, op, replica, story, events, consequences: [] },
      ...{ violation: true, beyondClaim: true, stalenessMs: null },
    }
  })
  return { ...judgement, correctness, findings: [...judgement.findings, ...findings] }
}
