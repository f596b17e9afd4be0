/**
 * What makes the exact checker right. All of them hold, but in the mutants of the checker itself: each leaves
 * out one, and the comparison with brute force has to notice.
 */
export interface Rules {
  /** Equal times are concurrent: an interval has both its ends. */
  readonly closedIntervals: boolean
  /** What nobody knows the outcome of may have happened, and then at any time. */
  readonly unknownMayHaveHappened: boolean
  /** What the log proves absent has not happened. */
  readonly absentIsDropped: boolean
  /** A refused mutation changes nothing. */
  readonly refusedIsDropped: boolean
  /** A decision sees nothing that began after it. */
  readonly nothingFromTheFuture: boolean
  /** What must be seen counts from the acknowledgement, not from the begin. */
  readonly dueFromAcknowledgement: boolean
  /** A right to one generation of an app is none to another. */
  readonly generationsDiffer: boolean
  /** A deletion ends the generation that it names, and no other. */
  readonly deletionNamesGeneration: boolean
  /** Each kind of mutation has the bound of its own clause. */
  readonly ownClause: boolean
  /** Who has seen a state sees no earlier one afterwards. */
  readonly monotone: boolean
  /** Afterwards: after the end of the other decision, not after its begin. */
  readonly monotoneAfterEnd: boolean
  /** An order of revisions that contradicts real time is wrong by itself. */
  readonly orderFitsRealTime: boolean
  /** Revisions order the mutations, not their acknowledgements. */
  readonly orderByRevision: boolean
  /** What is due brings along what came before it, due or not. */
  readonly dueBringsEarlier: boolean
  /** Who sees a revision sees those before it, so that all of these have begun. */
  readonly seenBringsEarlier: boolean
  /** The key has to belong to the user. */
  readonly keyCounts: boolean
  /** An app that is given away is no longer its first owner's. */
  readonly transferEndsOwnership: boolean
  /** The first state that fits, so that later decisions keep the most room. */
  readonly earliestState: boolean
}

export const sound: Rules = {
  closedIntervals: true,
  unknownMayHaveHappened: true,
  absentIsDropped: true,
  refusedIsDropped: true,
  nothingFromTheFuture: true,
  dueFromAcknowledgement: true,
  generationsDiffer: true,
  deletionNamesGeneration: true,
  ownClause: true,
  monotone: true,
  monotoneAfterEnd: true,
  orderFitsRealTime: true,
  orderByRevision: true,
  dueBringsEarlier: true,
  seenBringsEarlier: true,
  keyCounts: true,
  transferEndsOwnership: true,
  earliestState: true,
}
