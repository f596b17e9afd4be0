export type ProgressEvent =
  /** Other arms come up, in a world of their own. */
  | { readonly kind: 'turn' }
  | { readonly kind: 'phase'; readonly name: string }
  | {
      readonly kind: 'arm'
      readonly arm: string
      readonly accepted: number
      readonly denied: number
      readonly other: number
      readonly p50Ms: number | null
    }
  | { readonly kind: 'races'; readonly held: number; readonly planned: number }
  /** Something in a race that a person wants to see: a stale admission, say. */
  | { readonly kind: 'race'; readonly text: string }

export type Progress = (event: ProgressEvent) => void
