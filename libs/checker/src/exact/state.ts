import type { Mutation } from './mutation.ts'
import { type Rules, sound } from './rules.ts'

/** What the right of one user with one key to one app name rests on, after some of the mutations. */
export interface State {
  readonly hasKey: boolean
  /** Of the app that lives under the name; 0 if none does. */
  readonly generation: number
  readonly isOwner: boolean
  /** The generation that the user has a grant on; 0 for none. */
  readonly granted: number
}

export const nothing: State = { hasKey: false, generation: 0, isOwner: false, granted: 0 }

/** Stands for the generation of an app whose creation nobody saw the answer of. */
export const anyGeneration = -1

/**
 * The state after a mutation that is about this user's right. Names are unique among the living: what may have
 * been created, nobody knows, was not while another lived.
 */
export function afterMutation(
  state: State,
  { f, user, generation, revision }: Mutation,
  pusher: number,
  rules: Rules = sound,
): State {
  switch (f) {
    case 'addKey':
      return { ...state, hasKey: true }
    case 'removeKey':
      return { ...state, hasKey: false }
    case 'createApp':
      if (revision < 0 && state.generation !== 0) return state
      return { ...state, generation: generation || anyGeneration, isOwner: user === pusher }
    case 'deleteApp':
      if (state.generation !== generation && rules.deletionNamesGeneration) return state
      return { ...state, generation: 0 }
    case 'transferApp':
      if (state.generation !== generation) return state
      return {
        ...state,
        isOwner: user === pusher || (state.isOwner && !rules.transferEndsOwnership),
      }
    case 'grant':
      return { ...state, granted: generation }
    case 'revokeGrant':
      return state.granted === generation ? { ...state, granted: 0 } : state
  }
}

/** The generation that may be pushed to; 0 for none. */
export function rightIn(state: State, rules: Rules = sound): number {
  const { hasKey, generation, isOwner, granted } = state
  if (!hasKey && rules.keyCounts) return 0
  return isOwner || granted === generation ? generation : 0
}
