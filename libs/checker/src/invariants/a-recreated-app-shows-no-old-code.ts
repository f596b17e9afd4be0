import type { Operation, Read } from '../history.ts'
import { commitStory, repositoryStory, seconds } from '../story.ts'
import { possibleUpdates, type Updates } from '../updates.ts'
import { type Finding, type Invariant, intolerable } from './invariant.ts'

export const aRecreatedAppShowsNoOldCode: Invariant = {
  name: 'old-code',
  sentence: 'An app shows no commit that was only ever pushed to an earlier app of its name.',
  check: ({ reads, updates }) => reads.flatMap((read) => oldCodeIn(read, updates)),
}

function oldCodeIn(read: Read, updates: Updates): readonly Finding[] {
  const { app, generation: current } = read
  if (current === null) return []
  return [...read.tips].flatMap(([ref, sha]) => {
    const pushes = possibleUpdates(updates, { app, sha })
    const isOld = ({ generation }: Operation) => generation !== null && generation < current
    const [old] = pushes
    if (old === undefined || !pushes.every(isOld)) return []
    const story = `${repositoryStory(read)} showed ${commitStory(sha)} on ${ref} at ${seconds(read.cmp)}, which was only ever pushed to ${repositoryStory(old)}`
    return [intolerable(read, story, [...old.events, ...read.events])]
  })
}
