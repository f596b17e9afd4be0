/** Any generation of the app. */
export const anyRight = -1
/** None of them. */
export const noRight = 0

/** A decision about one right, as the two ends of an interval saw it. */
export interface Decision {
  /** The generation that it allowed; `anyRight` where it names none, `noRight` where it denied. */
  readonly wanted: number
  readonly inv: number
  readonly cmp: number
}
