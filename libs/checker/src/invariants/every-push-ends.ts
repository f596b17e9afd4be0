import { repositoryStory, seconds } from '../story.ts'
import { type Invariant, intolerable } from './invariant.ts'

/** What a difference of two times may be too small by. */
const roundingMs = 0.001

/** Judged where clients have waited for long enough, and nobody has stopped a builder: see `Terms`. */
export const everyPushEnds: Invariant = {
  name: 'endless-push',
  sentence: 'A builder that works tells a client how its push ended, whatever the controller does.',
  check: ({ attempts, terms: { patienceMs } }) => {
    if (patienceMs === null) return []
    return attempts.flatMap(({ push }) => {
      const { type, inv, lastRowAt, replica, events } = push
      if (type !== 'info' || lastRowAt - inv < patienceMs - roundingMs) return []
      const story = `${replica} had not ended a push to ${repositoryStory(push)} that began at ${seconds(inv)} when its client gave up at ${seconds(lastRowAt)}`
      return [intolerable(push, story, events)]
    })
  },
}
