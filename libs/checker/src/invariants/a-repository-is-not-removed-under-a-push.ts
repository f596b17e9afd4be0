import type { Operation } from '../history.ts'
import { repositoryStory, seconds } from '../story.ts'
import { type Invariant, intolerable } from './invariant.ts'

/** Both hold the repository's lock, so that they never overlap; whatever became of the app. */
export const aRepositoryIsNotRemovedUnderAPush: Invariant = {
  name: 'removed-under-push',
  sentence: 'No repository is removed between the commit check of a push and the move of its ref.',
  about: 'repository',
  check: ({ attempts, removals }) => {
    if (removals.length === 0) return []
    const moves = attempts.flatMap(({ commit }) => (commit?.type === 'ok' ? [commit] : []))
    const movesIn = Map.groupBy(moves, ({ repository }) => repository)
    return removals.flatMap((removal) => {
      const beside = movesIn.get(removal.repository) ?? []
      return beside
        .filter((move) => overlap(removal, move))
        .map((move) => intolerable(move, story(removal, move), [...removal.events, ...move.events]))
    })
  },
}

/** A removal that was cut short may have ended as soon as it began. */
function overlap({ inv, cmp, type }: Operation, move: Operation): boolean {
  const end = type === 'ok' ? cmp : inv
  return inv < move.cmp && move.inv < end
}

function story(removal: Operation, move: Operation): string {
  return `${removal.replica} removed the repository of ${repositoryStory(removal)} at ${seconds(removal.inv)}, while ${move.replica} moved a branch in it`
}
