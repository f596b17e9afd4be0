import {
  type Correctness,
  type MutationEffect,
  mutationEffects,
  type RightGround,
  rightGrounds,
} from '@keyrace/contracts'
import type { Attempt, Operation } from './history.ts'
import { denialOf } from './invariants/a-rejected-push-was-not-allowed.ts'
import type { Context } from './invariants/invariant.ts'
import { type Lag, oversight, standing } from './rights.ts'
import { lastBegun } from './spans.ts'

type HeadRoom = NonNullable<Correctness['headRoomMs']>

/** How near a decision came to being beyond its bound, of those that raced a mutation or missed one. */
export function headRoom(context: Context): HeadRoom {
  const room = Object.fromEntries(
    mutationEffects.map((effect) => [effect, nothingYet()]),
  ) as Record<MutationEffect, Record<RightGround, number | null>>
  for (const attempt of context.attempts) {
    note('revocation', nearestRevocation(attempt, context))
    note('grant', nearestGrant(attempt, context))
  }
  return room

  function note(effect: MutationEffect, near: Near | undefined): void {
    if (near === undefined || near.boundMs === null) return
    const left = near.boundMs - near.certainMs
    room[effect][near.ground] = Math.min(room[effect][near.ground] ?? left, left)
  }
}

type Near = Pick<Lag, 'ground' | 'boundMs' | 'certainMs'>

function nothingYet(): Record<RightGround, number | null> {
  return Object.fromEntries(rightGrounds.map((ground) => [ground, null])) as Record<
    RightGround,
    null
  >
}

function nearestRevocation(
  { admission }: Attempt,
  { rights, promised }: Context,
): Near | undefined {
  if (admission?.type !== 'ok') return undefined
  const right = rights.of(admission)
  const missed = lastBegun(right.may, admission.cmp)?.closed
  if (missed === undefined || missed.inv > admission.cmp) return undefined
  const lag = standing(right, admission, promised.revocation)
  if (lag === 'possible') return raced(missed, admission, promised.revocation)
  return typeof lag === 'string' ? undefined : lag
}

function nearestGrant(attempt: Attempt, context: Context): Near | undefined {
  const denial = denialOf(attempt)
  if (denial === undefined) return undefined
  const { rights, promised } = context
  const right = rights.byName(denial)
  const lag = oversight(right, denial, promised.grant)
  if (lag !== undefined) return lag
  const missed = lastBegun(right.must, denial.cmp)?.opened
  if (missed === undefined || missed.cmp < denial.inv) return undefined
  return raced(missed, denial, promised.grant)
}

/** It took place while the decision was made, so that nothing was missed for certain. */
function raced(
  missed: Operation,
  decision: Operation,
  promised: Context['promised']['grant'],
): Near {
  const ground = groundOf(missed)
  return { ground, certainMs: 0, boundMs: promised.boundMs(ground, missed, decision) }
}

function groundOf({ f }: Operation): RightGround {
  switch (f) {
    case 'addKey':
    case 'removeKey':
      return 'key'
    case 'createApp':
    case 'deleteApp':
      return 'app'
    default:
      return 'permission'
  }
}
