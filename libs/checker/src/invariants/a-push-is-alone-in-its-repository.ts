import type { Attempt, Interval, Operation } from '../history.ts'
import { repositoryStory, seconds } from '../story.ts'
import { type Invariant, intolerable } from './invariant.ts'

/** A push holds the repository's lock for longer than that: from before its refs are read. */
interface Stay extends Interval {
  readonly commit: Operation
}

export const aPushIsAloneInItsRepository: Invariant = {
  name: 'two-pushes-at-once',
  sentence:
    'From the moment when a push is shown the refs until it has moved one, no other moves any.',
  about: 'repository',
  check: ({ attempts }) => {
    const stays = Map.groupBy(attempts.flatMap(stayOf), ({ commit }) => commit.repository)
    return [...stays.values()].flatMap((inOne) => {
      const inOrder = inOne.toSorted((a, b) => a.inv - b.inv)
      return inOrder.slice(1).flatMap((stay, before) => {
        const earlier = inOrder[before]
        if (earlier === undefined || earlier.cmp <= stay.inv) return []
        const events = [...earlier.commit.events, ...stay.commit.events]
        return [intolerable(stay.commit, story(earlier, stay), events)]
      })
    })
  },
}

/** Of a push that moved a ref. */
function stayOf({ admission, commit }: Attempt): readonly Stay[] {
  if (commit?.type !== 'ok') return []
  const inv = admission?.type === 'ok' ? Math.min(admission.cmp, commit.inv) : commit.inv
  return [{ commit, inv, cmp: commit.cmp }]
}

function story(earlier: Stay, { commit, inv }: Stay): string {
  return `${commit.replica} let a push into ${repositoryStory(commit)} at ${seconds(inv)}, while another, through ${earlier.commit.replica}, was at work there until ${seconds(earlier.cmp)}`
}
