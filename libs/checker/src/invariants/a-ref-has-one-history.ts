import { zeroSha } from '@keyrace/contracts'
import type { Attempt, Operation } from '../history.ts'
import { idOf } from '../registers.ts'
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
    const beginnings = Map.groupBy(removals, ({ app, generation }) => idOf(app, generation))
    const arrivals = Map.groupBy(attempts.flatMap(possibleMove), (move) => placeOf(move, move.new))
    const departures = Map.groupBy(attempts.flatMap(acknowledgedMove), (move) =>
      placeOf(move, move.old),
    )
    return [...departures].flatMap(([place, [first, ...others]]) => {
      if (first === undefined) return []
      const came = arrivals.get(place)?.length ?? 0
      const began = came === 0 || first.old === zeroSha ? 1 : 0
      const id = idOf(first.app, first.generation)
      const begunAgain = first.old === zeroSha ? (beginnings.get(id)?.length ?? 0) : 0
      return others.slice(came + began + begunAgain - 1).map((other) => fork(first, other))
    })
  },
}

function placeOf({ app, generation, ref }: Operation, sha: string | null): string {
  return idOf(app, generation, ref, sha)
}

function acknowledgedMove({ push }: Attempt): readonly Operation[] {
  return push.type === 'ok' && isMove(push) ? [push] : []
}

function possibleMove({ push, commit = push }: Attempt): readonly Operation[] {
  const moved = [push, commit].find((part) => ['ok', 'info'].includes(part.type) && isMove(part))
  return moved === undefined ? [] : [moved]
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
