import type {
  ArmResult,
  Bound,
  Claim,
  MutationEffect,
  RightGround,
  Run,
  StalenessBounds,
} from '@keyrace/contracts'
import { duration } from './quantities.ts'

/** What a run put to the test of an arm, of one kind of mutation: what was claimed and what was measured. */
export interface TestedClaim {
  readonly effect: MutationEffect
  readonly ground: RightGround
  /** `key removed` */
  readonly mutation: string
  readonly races: number
  readonly bound: Bound
  readonly certainMs: number | null
  readonly possibleMs: number | null
}

/** One for each kind of mutation that was raced. */
export function testedClaims(arm: ArmResult): readonly TestedClaim[] {
  const { races, claim, correctness, skipped } = arm
  if (skipped !== undefined) return []
  const { byKind } = correctness.measuredStalenessMs
  return races.byMutation.map(({ effect, ground, held }) => {
    const { certain, possible } = byKind[ground][effect]
    return {
      effect,
      ground,
      mutation: mutations[effect][ground],
      races: held,
      bound: claim[effect][ground],
      certainMs: certain,
      possibleMs: possible,
    }
  })
}

const mutations = {
  revocation: { app: 'app deleted', permission: 'permission revoked', key: 'key removed' },
  grant: { app: 'app created', permission: 'permission granted', key: 'key added' },
} as const

/** Every kind of mutation that was raced in a run, once. */
export function racedMutations({ arms }: Run): readonly TestedClaim['mutation'][] {
  return [...new Set(arms.flatMap(testedClaims).map(({ mutation }) => mutation))]
}

/** Were rights given in this run's races, taken away, or both? */
export function racedEffects({ arms }: Pick<Run, 'arms'>): ReadonlySet<MutationEffect> {
  return new Set(arms.flatMap(testedClaims).map(({ effect }) => effect))
}

/** The longest staleness that was measured after what was raced, or after one kind of it; null where there was none. */
export function worstStalenessMs(
  arm: ArmResult,
  which: 'certainMs' | 'possibleMs' = 'certainMs',
  effect?: MutationEffect,
): number | null {
  const tested = testedOf(arm, effect)
  const { certain, possible } = arm.correctness.measuredStalenessMs[effect ?? 'revocation']
  if (tested.length === 0) return which === 'certainMs' ? certain : possible
  const known = tested.flatMap((claim) => claim[which] ?? [])
  return known.length === 0 ? null : Math.max(...known)
}

/** The widest of an arm's bounds for what was raced, in milliseconds: what its worst staleness is held against. Null is unbounded. */
export function claimedStalenessMs(arm: ArmResult, effect?: MutationEffect): number | null {
  const tested = testedOf(arm, effect).map(({ bound }) => bound)
  const bounds = tested.length > 0 ? tested : Object.values(arm.claim[effect ?? 'revocation'])
  const widths = bounds.map(({ ms }) => ms)
  return widths.includes(null) ? null : Math.max(...widths.map(Number))
}

/** What was left of an arm's bounds where a decision came nearest to breaking one; null where none was tested. */
export function headRoomMs({ correctness: { headRoomMs: room } }: ArmResult): number | null {
  if (room === undefined) return null
  const left = [room.revocation, room.grant].flatMap((ofGrounds) => Object.values(ofGrounds))
  const known = left.filter((ms) => ms !== null)
  return known.length === 0 ? null : Math.min(...known)
}

function testedOf(arm: ArmResult, wanted: MutationEffect | undefined): readonly TestedClaim[] {
  return testedClaims(arm).filter(({ effect }) => wanted === undefined || effect === wanted)
}

/** `T + S = 2 s`, or one such bound for each kind of mutation where they differ. */
export function boundsText({ app, permission, key }: StalenessBounds): string {
  const texts = { app: boundText(app), permission: boundText(permission), key: boundText(key) }
  if (new Set(Object.values(texts)).size === 1) return texts.app
  return Object.entries(texts)
    .map(([kind, text]) => `${kind} ${text}`)
    .join(', ')
}

export function boundText({ formula, ms }: Bound): string {
  if (ms === null) return `unbounded (declared: ${formula})`
  return ms === 0 ? 'none' : `${formula} = ${duration(ms)}`
}

export function claimedText(arm: ArmResult, effect?: MutationEffect): string {
  const ms = claimedStalenessMs(arm, effect)
  return ms === null ? 'unbounded' : duration(ms)
}

/** How long a revocation may wait for its acknowledgement: `none`, `T = 5 s`. */
export function writeText({ write }: Claim): string {
  return boundText(write)
}
