import type { Cause, CauseCode } from '@keyrace/contracts'
import type { Operation } from './history.ts'
import { befalls } from './promised.ts'
import type { Lag } from './rights.ts'
import { duration, seconds } from './story.ts'

/** What a decision went by, as its builder has written down. */
interface Grounds {
  readonly source: NonNullable<Operation['source']>
  readonly authRevision: number
  /** The earliest and the latest time at which it can have been asked for. */
  readonly from: number
  readonly to: number
}

type Why = Pick<Cause, 'code' | 'sentence'> & { readonly fault?: Operation | undefined }

/** Why a decision did not heed a mutation. */
export function causeOfLag(
  decision: Operation,
  { missed, beyondClaim }: Pick<Lag, 'missed' | 'beyondClaim'>,
  faults: readonly Operation[],
): Cause {
  const around = faults.filter((fault) => befalls(fault, decision))
  const { code, sentence, fault } = why(decision, { missed, beyondClaim }, around)
  return {
    code,
    sentence,
    path: [...missed.events, ...(fault?.events ?? []), ...decision.events].toSorted(
      (a, b) => a - b,
    ),
  }
}

function why(
  decision: Operation,
  { missed, beyondClaim }: Pick<Lag, 'missed' | 'beyondClaim'>,
  faults: readonly Operation[],
): Why {
  const { replica } = decision
  if (decision.cmp <= missed.inv) {
    const sentence = `${replica} had let it in by ${seconds(decision.cmp)}, and nobody asked again before the ref moved`
    return { code: 'decided-before', sentence }
  }
  const grounds = groundsOf(decision)
  if (grounds === undefined) {
    return { code: 'no-evidence', sentence: `${replica} wrote down nothing about its decision` }
  }
  const base = basis(grounds, decision)
  if (missed.revision !== null && grounds.authRevision >= missed.revision) {
    const sentence = `${base}, in which revision ${missed.revision} stands, and decided as if it did not`
    return { code: 'known-and-ignored', sentence }
  }
  const clock = faults.find(
    (fault) => isOfItsClock(fault, decision) && overlaps(fault, grounds.from, decision.inv),
  )
  if (clock !== undefined && beyondClaim) {
    return {
      code: 'wrong-clock',
      sentence: `${base}, and took it for younger: ${faultStory(clock)}`,
      fault: clock,
    }
  }
  if (grounds.from > missed.cmp) return withoutIt(base, grounds, missed)
  if (grounds.to >= missed.inv) {
    return {
      code: 'read-meanwhile',
      sentence: `${base}, which was asked for while that took place`,
    }
  }
  const fault = faults.find((one) => overlaps(one, missed.inv, decision.inv))
  if (fault !== undefined) {
    return {
      code: 'held-back',
      sentence: `${base}, and heard of nothing newer: ${faultStory(fault)}`,
      fault,
    }
  }
  return beforehand(base, grounds, missed)
}

/** Undefined where the builder did not say. */
function groundsOf({ source, copyAgeMs, authRevision, inv, cmp }: Operation): Grounds | undefined {
  if (source === null || copyAgeMs === null || authRevision === null) return undefined
  return { source, authRevision, from: inv - copyAgeMs, to: cmp - copyAgeMs }
}

/** `builder-2 went by its copy of revision 12, which was 504 ms old` */
function basis({ source, authRevision }: Grounds, { replica, copyAgeMs }: Operation): string {
  const age = copyAgeMs === 0 ? '' : `, ${duration(copyAgeMs ?? 0)} old`
  return `${replica} went by ${sources[source]} of revision ${authRevision}${age}`
}

const sources: Readonly<Record<Grounds['source'], string>> = {
  rpc: "the controller's answer as",
  cache: 'an answer that it remembered, as',
  file: 'its authorized_keys file, as',
  watch: 'what it had been told, as',
  push: 'what it had been called with, as',
  lease: 'what it held under its lease, as',
}

/** It was asked for after the mutation was acknowledged, and was without it. */
function withoutIt(base: string, { source }: Grounds, { revision }: Operation): Why {
  const without = `asked for after revision ${revision ?? '(unknown)'} was acknowledged, and without it`
  const code: CauseCode = source === 'rpc' ? 'stale-upstream' : 'not-applied'
  return { code, sentence: `${base}, ${without}` }
}

/** It was asked for before the mutation began, and no fault explains why nothing newer was. */
function beforehand(base: string, { source, to }: Grounds, missed: Operation): Why {
  const before = `asked for ${duration(missed.inv - to)} before that began`
  switch (source) {
    case 'rpc':
      return { code: 'earlier-answer', sentence: `${base}, ${before}` }
    case 'watch':
    case 'push':
      return { code: 'not-heard-yet', sentence: `${base}, and had heard of nothing newer` }
    default:
      return { code: 'remembered', sentence: `${base}, ${before}` }
  }
}

/** Rows of faults begin with what kind they are. */
function isOfItsClock({ reason, replica }: Operation, decision: Operation): boolean {
  return replica === decision.replica && /^(clock-|suspend|pause|stopped)/.test(reason ?? '')
}

function overlaps({ inv, cmp }: Operation, from: number, to: number): boolean {
  return inv <= to && from <= cmp
}

/** `cut builder-2 → controller from 1.200 s to 3.000 s` */
function faultStory({ reason, inv, cmp }: Operation): string {
  const end = Number.isFinite(cmp) ? `to ${seconds(cmp)}` : 'on'
  return `${reason} from ${seconds(inv)} ${end}`
}
