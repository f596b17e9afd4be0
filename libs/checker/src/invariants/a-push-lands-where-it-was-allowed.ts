import type { Operation, Read } from '../history.ts'
import { commitStory, repositoryStory, seconds } from '../story.ts'
import { mayHaveMoved, type Updates } from '../updates.ts'
import { type Finding, type Invariant, intolerable } from './invariant.ts'

/** The other direction, an earlier generation's commit in a later one, is old code, which is worse. */
export const aPushLandsWhereItWasAllowed: Invariant = {
  name: 'crossed-generation',
  sentence: 'A commit comes into no repository but that of the app and generation it was let into.',
  check: ({ reads, updates }) => reads.flatMap((read) => strayIn(read, updates)),
}

function strayIn(read: Read, updates: Updates): readonly Finding[] {
  const { app, generation } = read
  if (generation === null) return []
  return [...read.tips].flatMap(([ref, sha]) => {
    const pushes = updates.get(sha)?.filter(mayHaveMoved) ?? []
    const isElsewhere = (push: Operation) =>
      push.app !== app || (push.generation !== null && push.generation > generation)
    const [stray] = pushes
    if (stray === undefined || !pushes.every(isElsewhere)) return []
    const story = `${repositoryStory(read)} showed ${commitStory(sha)} on ${ref} at ${seconds(read.cmp)}, which ${stray.replica} had let into ${repositoryStory(stray)} only`
    return [intolerable(read, story, [...stray.events, ...read.events])]
  })
}
