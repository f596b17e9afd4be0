import type { MutationEffect, RightGround } from '@keyrace/contracts'
import type { PushKey } from '@keyrace/load'
import type { Arm } from '@keyrace/testbed'
import type { MutationRecord } from '../recording/recorder.ts'

/** What a race is about: the app, who pushes to it, and the change that ends (or gives) the right. */
export interface RaceStory {
  readonly id: string
  readonly app: string
  readonly key: PushKey
  /** What the mutation does, and to what the right rests on. */
  readonly effect: MutationEffect
  readonly ground: RightGround
  /** Takes away beforehand what the mutation is to give. */
  prepare?(): Promise<MutationRecord>
  /** The mutation that is raced. */
  mutate(): Promise<MutationRecord>
  /** Makes way for another race about the same; whoever creates an app names the generation that stands now. */
  restore(): Promise<MutationRecord>
  /** What the mutation ends may stand again at once, so that a push which is accepted later may be right. */
  readonly isRestored?: boolean
  /** Pushes come on connections that are opened after the mutation as well, one to each builder. */
  readonly isFreshToo?: boolean
}

/** How long an arm may be behind the mutation, in milliseconds; null is unbounded. */
export function lagBoundMs({ claim }: Arm, { effect, ground }: RaceStory): number | null {
  return claim[effect][ground].ms
}

/** And how long it may be behind what undid it before. */
export function opposite(effect: MutationEffect): MutationEffect {
  return effect === 'revocation' ? 'grant' : 'revocation'
}
