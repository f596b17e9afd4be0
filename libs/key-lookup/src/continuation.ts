import type { Change, Position, Stamp } from '@keyrace/contracts'

/**
 * Those of all changes up to a stamp that come after a position: none, where it is there already. Undefined where
 * they do not lead from the one to the other: each revision is one change, and so a gap shows.
 */
export function continuation(
  { epoch, revision }: Position,
  changes: readonly Change[],
  stamp: Stamp,
): readonly Change[] | undefined {
  if (stamp.epoch !== epoch) return undefined
  const news = changes.filter((change) => change.revision > revision)
  const isWhole = news.every((change, index) => change.revision === revision + 1 + index)
  return isWhole && revision + news.length >= stamp.revision ? news : undefined
}
