import type { Operation } from '../history.ts'
import { repositoryStory, seconds } from '../story.ts'
import { type Invariant, intolerable } from './invariant.ts'

/** Death is for ever, so whoever removes rightly begins after the deletion did. */
export const aLiveRepositoryIsNeverReaped: Invariant = {
  name: 'live-repository-reaped',
  sentence: 'No repository is removed before the deletion of its very generation has begun.',
  check: ({ removals, rights: { registers } }) =>
    removals.flatMap((removal) => {
      const { app, generation, inv, events } = removal
      const deletions = generation === null ? [] : registers.deletions(app, generation)
      if (deletions.some((deletion) => deletion.inv <= inv)) return []
      const involved = deletions.flatMap((deletion) => deletion.events)
      return [intolerable(removal, story(removal), [...events, ...involved])]
    }),
}

function story(removal: Operation): string {
  const { replica, inv } = removal
  return `${replica} began to remove the repository of ${repositoryStory(removal)} at ${seconds(inv)}, which nobody had deleted`
}
