import type { Operation } from '../history.ts'
import { seconds } from '../story.ts'
import { type Invariant, intolerable } from './invariant.ts'

/** What is decided wrongly then is stale beyond its bound: here it counts that anything is decided. */
export const everyReplicaConverges: Invariant = {
  name: 'no-convergence',
  sentence:
    'Once nothing changes and no fault is there for as long as is claimed, every push is decided.',
  check: ({ attempts, settledAt }) => {
    if (settledAt === null) return []
    return attempts.flatMap(({ push }) => {
      const { inv, replica, reason, events } = push
      if (inv < settledAt || !isUndecided(push)) return []
      const story = `${replica} could not decide a push that began at ${seconds(inv)}, when all was well again: ${reason}`
      return [intolerable(push, story, events)]
    })
  },
}

/** A replica with repositories of its own may lag behind the others, and says so for good. */
const isBehind = /is behind its last release/

function isUndecided({ type, reason }: Operation): boolean {
  if (type === 'info') return true
  const said = reason ?? ''
  return type === 'fail' && /^(unavailable|busy)/.test(said) && !isBehind.test(said)
}
