import {
  type Claim,
  type MutationEffect,
  mutationEffects,
  type RightGround,
  rightGrounds,
} from '@keyrace/contracts'

/** Milliseconds after its acknowledgement within which a mutation may be missed; infinite is for ever. */
export type Bounds = Readonly<Record<MutationEffect, Readonly<Record<RightGround, number>>>>

/**
 * Whose decisions never go back behind what an earlier one of theirs has seen: nobody's; those of one replica, or
 * all, about one right; or all about one user.
 */
export type Scope = 'none' | 'replica' | 'register' | 'user'

export interface Terms {
  readonly bounds: Bounds
  /** For what a user did about themselves, where it differs. */
  readonly ownBoundMs: number | null
  readonly scope: Scope
  /** Nothing is due before this time, and everything from then on; null where bounds count all the time. */
  readonly settledAt: number | null
}

/** One of the usual promises, as data; the claim fills in the numbers. */
export interface Level {
  readonly sentence: string
  /** `eventual`: nothing is due until the system was left to settle. */
  readonly bounds: 'none' | 'claimed' | 'eventual'
  /** Whether the writes of a user about themselves are due at once. */
  readonly ownAtOnce: boolean
  readonly scope: Scope
}

/** From the strictest to the weakest. */
export const levels = {
  linearizable: {
    sentence: 'Each decision is right at some moment between its begin and its end.',
    bounds: 'none',
    ownAtOnce: false,
    scope: 'register',
  },
  session: {
    sentence: 'As bounded; users see their own changes at once, and nothing twice the old way.',
    bounds: 'claimed',
    ownAtOnce: true,
    scope: 'user',
  },
  'monotonic-per-replica': {
    sentence: 'As bounded; no replica goes back behind what it has shown to know.',
    bounds: 'claimed',
    ownAtOnce: false,
    scope: 'replica',
  },
  bounded: {
    sentence: 'No decision is behind by more than the claim.',
    bounds: 'claimed',
    ownAtOnce: false,
    scope: 'none',
  },
  eventual: {
    sentence: 'Once nothing changes any more, every decision becomes right.',
    bounds: 'eventual',
    ownAtOnce: false,
    scope: 'none',
  },
} as const satisfies Record<string, Level>

export type LevelName = keyof typeof levels

/** What a level asks for under a claim. `settledAt` counts only where the level is eventual. */
export function termsOf(
  { bounds, ownAtOnce, scope }: Level,
  claim: Pick<Claim, MutationEffect>,
  settledAt = Number.POSITIVE_INFINITY,
): Terms {
  return {
    bounds: bounds === 'claimed' ? claimed(claim) : uniform(0),
    ownBoundMs: ownAtOnce ? 0 : null,
    scope,
    settledAt: bounds === 'eventual' ? settledAt : null,
  }
}

/** The same bound for every mutation. */
export function uniform(ms: number): Bounds {
  return boundsBy(() => ms)
}

export function longestBoundMs({ bounds, ownBoundMs }: Terms): number {
  const all = Object.values(bounds).flatMap((ofEffect) => Object.values(ofEffect))
  return Math.max(ownBoundMs ?? 0, ...all)
}

function claimed(claim: Pick<Claim, MutationEffect>): Bounds {
  return boundsBy((effect, ground) => claim[effect][ground].ms ?? Number.POSITIVE_INFINITY)
}

function boundsBy(ms: (effect: MutationEffect, ground: RightGround) => number): Bounds {
  const ofEffect = (effect: MutationEffect) =>
    Object.fromEntries(rightGrounds.map((ground) => [ground, ms(effect, ground)]))
  return Object.fromEntries(mutationEffects.map((effect) => [effect, ofEffect(effect)])) as Bounds
}
