import type { Fold } from './fold.ts'
import type { Mutation } from './mutation.ts'
import type { Rules } from './rules.ts'

/** Two mutations of which the first in commit order began only after the second had ended. */
export type Contradiction = readonly [earlier: Mutation, later: Mutation]

/**
 * Gives mutations to the registers, in commit order; one that comes too late for that is left out. Whoever has seen one has seen all before it, so that none can
 * have been seen before the last of these began. Answers the mutation that this order contradicts, if one does.
 */
export function createCommitOrder(
  fold: Fold,
  rules: Rules,
): (mutation: Mutation) => Contradiction | undefined {
  let latest: Mutation | undefined
  let latestBelow: Mutation | undefined
  let highest: Mutation | undefined

  return (mutation) => {
    // It came late, when all that had begun by then was known: it began after the other had ended.
    if (highest !== undefined && mutation.revision < highest.revision) return [mutation, highest]
    highest = mutation
    // Equal revisions are one transaction, and contradict nothing.
    if (latest !== undefined && latest.revision !== mutation.revision) latestBelow = latest
    if (latest === undefined || latest.inv <= mutation.inv) latest = mutation
    fold.release(mutation, rules.seenBringsEarlier ? latest.inv : mutation.inv)
    const contradicts = latestBelow !== undefined && mutation.cmp < latestBelow.inv
    return contradicts && rules.orderFitsRealTime ? [latestBelow as Mutation, mutation] : undefined
  }
}
