import type { MutationEffect, Operation, RightGround } from '@keyrace/contracts'

export type MutationName = Extract<
  Operation,
  'createApp' | 'deleteApp' | 'transferApp' | 'addKey' | 'removeKey' | 'grant' | 'revokeGrant'
>

/** A mutation that happened, or may have. Texts are numbers of the history's string table. */
export interface Mutation {
  readonly f: MutationName
  readonly op: number
  readonly user: number
  readonly key: number
  readonly app: number
  /** 0 where it is not known. */
  readonly generation: number
  readonly inv: number
  /** Infinite where there was no acknowledgement. */
  readonly cmp: number
  /** Its place in commit order; -1 where nobody knows whether it has one. */
  readonly revision: number
  /** `idx` of its rows. */
  readonly events: readonly number[]
}

/** Of a mutation, for a user: what it is about, and whether it gives or takes. */
export function clauseOf(
  { f, user }: Mutation,
  pusher: number,
): readonly [MutationEffect, RightGround] {
  switch (f) {
    case 'createApp':
      return ['grant', 'app']
    case 'deleteApp':
      return ['revocation', 'app']
    case 'transferApp':
      return [user === pusher ? 'grant' : 'revocation', 'permission']
    case 'grant':
      return ['grant', 'permission']
    case 'revokeGrant':
      return ['revocation', 'permission']
    case 'addKey':
      return ['grant', 'key']
    case 'removeKey':
      return ['revocation', 'key']
  }
}
