import type {
  Claim,
  CommitCheck,
  MutationEffect,
  Requirement,
  RightGround,
  Witness,
} from '@keyrace/contracts'
import type { AcknowledgedPush } from '../acknowledged-pushes.ts'
import type { Attempt, Operation, Read, Sighting } from '../history.ts'
import type { HistoryColumns } from '../history-columns.ts'
import type { Promised } from '../promised.ts'
import type { Rights } from '../rights.ts'
import type { Updates } from '../updates.ts'

/** What one arm is held to. */
export interface Terms {
  readonly claim: Claim
  readonly commitCheck: CommitCheck
  readonly require: Requirement
  /**
   * How long after the deletion's acknowledgement, and after the last push to it, a repository may still be
   * there; null where nobody reaps.
   */
  readonly removalBoundMs: number | null
  /** How long a client waits for the end of its push; null where builders themselves may have been stopped. */
  readonly patienceMs: number | null
}

/** What one arm did, and what rights everybody had. */
export interface Context {
  readonly arm: string
  /** The mutations and decisions of all arms. */
  readonly columns: () => HistoryColumns
  readonly attempts: readonly Attempt[]
  readonly reads: readonly Read[]
  readonly removals: readonly Operation[]
  readonly sightings: readonly Sighting[]
  readonly acknowledged: readonly AcknowledgedPush[]
  readonly updates: Updates
  /** From then on every push has to be decided; null where nobody waited for that. */
  readonly settledAt: number | null
  /** Those that befell the arm, or everything. */
  readonly faults: readonly Operation[]
  readonly rights: Rights
  readonly promised: Readonly<Record<MutationEffect, Promised>>
  readonly terms: Terms
}

/** One case that an invariant speaks about. Only a violation breaks the verdict: the terms decide. */
export interface Finding extends Omit<Readonly<Witness>, 'invariant'> {
  /** The push, the read, the removal or the sighting that shows it. */
  readonly op: string
  readonly violation: boolean
  /** What the mutation was about that a stale decision missed. */
  readonly ground?: RightGround
}

/** A finding under the name of its invariant. */
export type NamedFinding = Finding & Readonly<Pick<Witness, 'invariant'>>

export interface Invariant {
  /** What its violations are counted under in run.json. */
  readonly name: string
  readonly sentence: string
  /** One repository at a time: where each replica keeps its own, each replica is judged by itself. */
  readonly about?: 'repository'
  readonly check: (context: Context) => readonly Finding[]
}

/** A finding that no terms tolerate. */
export function intolerable(
  { op, replica }: Pick<Operation | Read | Sighting, 'op' | 'replica'>,
  story: string,
  events: readonly number[],
): Finding {
  return {
    op,
    replica,
    violation: true,
    beyondClaim: true,
    stalenessMs: null,
    story,
    events: [...events],
  }
}
