import type { ProgressEvent } from '@keyrace/scenarios'

type Of<Kind extends ProgressEvent['kind']> = Extract<ProgressEvent, { kind: Kind }>

/** How far a run has come. */
export interface ProgressState {
  readonly phase: string
  readonly arms: ReadonlyMap<string, Of<'arm'>>
  readonly races: Of<'races'> | undefined
  /** The latest things worth seeing, oldest first. */
  readonly feed: readonly string[]
}

export const nothingYet: ProgressState = {
  phase: '',
  arms: new Map(),
  races: undefined,
  feed: [],
}

const longestFeed = 3

export function advance(state: ProgressState, event: ProgressEvent): ProgressState {
  switch (event.kind) {
    case 'turn':
      return { ...nothingYet, feed: state.feed }
    case 'phase':
      return { ...state, phase: event.name }
    case 'arm':
      return { ...state, arms: new Map(state.arms).set(event.arm, event) }
    case 'races':
      return { ...state, races: event }
    case 'race':
      return { ...state, feed: [...state.feed, event.text].slice(-longestFeed) }
  }
}

export function armText({ accepted, denied, other, p50Ms }: Of<'arm'>): string {
  const median = p50Ms === null ? '' : `, p50 ${p50Ms.toFixed(1)} ms`
  return `${accepted} accepted, ${denied} denied, ${other} other${median}`
}
