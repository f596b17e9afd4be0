import type {
  Claim,
  CommitCheck,
  Consistency,
  Correctness,
  HistoryEvent,
  RepositoryLayout,
  Requirement,
} from '@keyrace/contracts'
import { mayFollowFromAdmission } from './consequence.ts'
import { consistentWithin } from './consistency.ts'
import { headRoom } from './head-room.ts'
import { readHistory } from './history.ts'
import { createHistory, type HistoryColumns } from './history-columns.ts'
import { anAdmissionIsNeverStale } from './invariants/an-admission-is-never-stale.ts'
import { invariants } from './invariants/index.ts'
import type { Context, Finding, NamedFinding } from './invariants/invariant.ts'
import { splitByKeeper } from './keepers.ts'
import { promisedBy } from './promised.ts'
import { createRights } from './rights.ts'
import { settledAt } from './settled.ts'
import { tallyFindings, tallyLateRejections } from './tally.ts'
import { updatesOf } from './updates.ts'
import { countWarmPushes } from './warm-pushes.ts'
import { worstWitnesses } from './witness.ts'

export interface AccusedArm {
  readonly name: string
  readonly replicas: readonly { readonly name: string }[]
  readonly claim: Claim
  /** The run did not put this arm to the test, so that finding nothing proves nothing. */
  readonly vacuous?: boolean
}

export interface Trial {
  readonly events: readonly HistoryEvent[]
  readonly arms: readonly AccusedArm[]
  readonly commitCheck: CommitCheck
  readonly require: Requirement
  /** See `Terms`; null by default. */
  readonly removalBoundMs?: number | null
  readonly patienceMs?: number | null
  /**
   * How long builders may take to be right again once no mutation is under way and no fault is there; null, which is
   * the default, where no push was made to see that.
   */
  readonly settlingMs?: number | null
  /** Whether all replicas of an arm keep their repositories together, which is the default. */
  readonly repositories?: RepositoryLayout
  /** What each push uploaded, by its op. */
  readonly sentBytes: ReadonlyMap<string, number>
}

export interface JudgedFinding extends NamedFinding {
  /** Late commits and ghosts that follow from this admission and are no violations of their own. */
  readonly consequences: readonly Finding[]
}

export interface Judgement {
  readonly arm: string
  readonly correctness: Correctness
  readonly consistentWithin: Consistency['consistentWithin']
  readonly findings: readonly JudgedFinding[]
  /** Acknowledged pushes whose repository nobody read afterwards: whether they were kept is not known. */
  readonly unread: number
}

/** Holds each arm to its claim and to what is required; one judgement an arm, in their order. */
export function judge({ events, arms, sentBytes, ...terms }: Trial): Judgement[] {
  const {
    commitCheck,
    require,
    removalBoundMs = null,
    patienceMs = null,
    settlingMs = null,
  } = terms
  const history = readHistory(events)
  const rights = createRights(history.mutations)
  const columns = once(() => columnsOf(events))
  return arms.map((arm) => {
    const { revocation, grant, outage } = arm.claim
    const faults = history.faults.filter((fault) => fault.arm === null || fault.arm === arm.name)
    const attempts = history.attempts.filter(({ push }) => push.arm === arm.name)
    const deeds = {
      arm: arm.name,
      columns,
      attempts,
      updates: updatesOf(attempts),
      reads: history.reads.filter((read) => read.arm === arm.name),
      removals: history.removals.filter((removal) => removal.arm === arm.name),
      sightings: history.sightings.filter((sighting) => sighting.arm === arm.name),
      faults,
      settledAt: settlingMs === null ? null : settledAt(history.mutations, faults, settlingMs),
      rights,
      promised: {
        revocation: promisedBy(revocation, outage, faults),
        grant: promisedBy(grant, outage, faults),
      },
      terms: { claim: arm.claim, commitCheck, require, removalBoundMs, patienceMs },
    }
    const byKeeper = splitByKeeper(deeds, arm.replicas, terms.repositories ?? 'shared')
    const acknowledged = byKeeper.flatMap((keeper) => keeper.acknowledged)
    const context: Context = { ...deeds, acknowledged }
    const findings = invariants.flatMap(({ name, about, check }) =>
      (about === 'repository' ? byKeeper : [context])
        .flatMap(check)
        .map((finding) => ({ ...finding, invariant: name })),
    )
    return {
      arm: arm.name,
      correctness: {
        ...tallyFindings(findings, arm.replicas),
        ...tallyLateRejections(context.attempts, sentBytes),
        headRoomMs: headRoom(context),
        warmPushes: countWarmPushes(context.attempts, history.mutations),
        witnesses: worstWitnesses(findings),
        verdict: verdictOn(findings, arm),
      },
      consistentWithin: consistentWithin(context.attempts, history.mutations, {
        stale: new Set(findings.flatMap(({ ground, op }) => (ground === undefined ? [] : [op]))),
        replicas: arm.replicas.length,
      }),
      findings: withConsequences(findings),
      unread: acknowledged.filter(({ found }) => found === 'unread').length,
    }
  })
}

/** Rows that say nothing about who had a right, or was taken to have one. */
const besideRights: readonly HistoryEvent['f'][] = [
  'commit',
  'readRefs',
  'findRepository',
  'reap',
  'fault',
]

function columnsOf(events: readonly HistoryEvent[]): HistoryColumns {
  const rows = events.filter(({ f }) => !besideRights.includes(f))
  const columns = createHistory(Math.max(1, rows.length))
  for (const row of rows) columns.append(row)
  return columns
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

function verdictOn(findings: readonly Finding[], arm: AccusedArm): Correctness['verdict'] {
  if (findings.some(({ violation }) => violation)) return 'broken'
  return arm.vacuous ? 'vacuous' : 'holds'
}

function withConsequences(findings: readonly NamedFinding[]): readonly JudgedFinding[] {
  const isStaleAdmission = (finding: NamedFinding) =>
    finding.invariant === anAdmissionIsNeverStale.name
  const staleAdmissions = new Set(findings.filter(isStaleAdmission).map(({ op }) => op))
  const isConsequence = (finding: NamedFinding) =>
    mayFollowFromAdmission(finding) && staleAdmissions.has(finding.op)

  const byOp = Map.groupBy(findings.filter(isConsequence), ({ op }) => op)
  return findings
    .filter((finding) => !isConsequence(finding))
    .map((finding) => ({
      ...finding,
      consequences: isStaleAdmission(finding) ? (byOp.get(finding.op) ?? []) : [],
    }))
}
