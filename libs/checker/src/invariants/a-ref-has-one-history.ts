import type { Operation } from '../history.ts'
import { idOf } from '../registers.ts'
import { repositoryStory, shortSha } from '../story.ts'
import { type Finding, type Invariant, intolerable } from './invariant.ts'

export const aRefHasOneHistory: Invariant = {
  name: 'forked-history',
  sentence: 'No two acknowledged pushes to a ref are on top of the same commit.',
  check: ({ attempts }) => {
    const moves = attempts.map(({ push }) => push).filter(hasMoved)
    const siblings = Map.groupBy(moves, ({ app, generation, ref, old }) =>
      idOf(app, generation, ref, old),
    )
    return [...siblings.values()].flatMap(([first, ...others]) =>
      first === undefined ? [] : others.map((other) => fork(first, other)),
    )
  },
}

function hasMoved(push: Operation): boolean {
  return push.type === 'ok' && push.old !== null && push.old !== push.new
}

function fork(first: Operation, second: Operation): Finding {
  const branch = `${second.ref} of ${repositoryStory(second)}`
  const story = `${first.replica} and then ${second.replica} acknowledged a push on top of ${shortSha(second.old)} on ${branch}`
  return intolerable(second, story, [...first.events, ...second.events])
}
