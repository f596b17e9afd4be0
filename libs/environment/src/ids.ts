/** Names for things that must not be confused with any other: push ids, tokens, epochs. */
export interface Ids {
  /** Lower-case letters and digits; unique in the run, unguessable in the real world. */
  next(prefix: string): string
}
