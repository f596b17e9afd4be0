import type { Operation, Read } from '../history.ts'
import { commitStory, repositoryStory, seconds } from '../story.ts'
import type { Updates } from '../updates.ts'
import { type Finding, type Invariant, intolerable } from './invariant.ts'

/** Of whatever was told to its client for certain; what nobody knows the end of may have been kept. */
export const aRejectedPushLeavesNothing: Invariant = {
  name: 'rejected-push-left-refs',
  sentence: 'No repository shows a commit that was only ever pushed in vain.',
  check: ({ reads, updates }) => reads.flatMap((read) => leftIn(read, updates)),
}

function leftIn(read: Read, updates: Updates): readonly Finding[] {
  return [...read.tips].flatMap(([ref, sha]) => {
    const pushes = updates.get(sha)?.filter(({ f }) => f === 'push') ?? []
    const [rejected] = pushes
    if (rejected === undefined || !pushes.every(isInVain)) return []
    const story = `${repositoryStory(read)} showed ${commitStory(sha)} on ${ref} at ${seconds(read.cmp)}; ${rejected.replica} had refused the push of it at ${seconds(rejected.cmp)}`
    return [intolerable(rejected, story, [...rejected.events, ...read.events])]
  })
}

function isInVain({ type }: Operation): boolean {
  return type === 'denied' || type === 'fail'
}
