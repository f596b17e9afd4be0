import { zeroSha } from '@keyrace/contracts'
import type { Attempt, Operation } from '../history.ts'
import { commitStory, repositoryStory } from '../story.ts'
import { type Finding, type Invariant, intolerable } from './invariant.ts'

/**
 * Whoever walks along a line leaves each place as often as they came to it. A ref that was moved back, or
 * deleted and made again, leaves a commit more than once, and has come back to it in between. A repository
 * that was removed and made again begins again.
 */
export const aRefHasOneHistory: Invariant = {
  name: 'forked-history',
  sentence: 'No ref leaves a commit more often than it came there.',
  about: 'repository',
  check: ({ attempts, removals }) => {
    const departures = Map.groupBy(attempts.flatMap(acknowledgedMove), (move) =>
      placeOf(move, move.old),
    )
    return [...departures].flatMap(([place, [first, ...others]]) => {
      if (first === undefined || others.length === 0) return []
      const isArrival = (move: Operation) => placeOf(move, move.new) === place
      const came = attempts.flatMap(possibleMove).filter(isArrival).length
      const began = came === 0 || first.old === zeroSha ? 1 : 0
      const isBeginning = ({ repository }: Operation) => repository === first.repository
      const begunAgain = first.old === zeroSha ? removals.filter(isBeginning).length : 0
      return others.slice(came + began + begunAgain - 1).map((other) => fork(first, other))
    })
  },
}

function placeOf({ repository, ref }: Operation, sha: string | null): string {
  return `${repository} ${ref} ${sha}`
}

function acknowledgedMove({ push }: Attempt): readonly Operation[] {
  return push.type === 'ok' && isMove(push) ? [push] : []
}

function possibleMove({ push, commit = push }: Attempt): readonly Operation[] {
  const moved = [push, commit].find((part) => isPossible(part) && isMove(part))
  return moved === undefined ? [] : [moved]
}

function isPossible({ type }: Operation): boolean {
  return type === 'ok' || type === 'info'
}

/** Between two commits that are known, in a repository that is known. */
function isMove({ generation, old, ...move }: Operation): boolean {
  return generation !== null && old !== null && old !== move.new
}

function fork(first: Operation, second: Operation): Finding {
  const branch = `${second.ref} of ${repositoryStory(second)}`
  const story = `${first.replica} and then ${second.replica} acknowledged a push on top of ${commitStory(second.old)} on ${branch}: only one can be kept`
  return intolerable(second, story, [...first.events, ...second.events])
}
